// The program that the tests' precompiled headers belong to (tests/CMakeLists.txt). Nobody starts it.
int main() {
    return 0;
}
