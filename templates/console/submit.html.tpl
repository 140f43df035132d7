{{%AUTOESCAPE context="HTML"}}<div class="page-head"><h1>Submit a release</h1><p class="muted">A manifest as YAML or JSON. A release begins in dev; what its class asks for is judged when it is promoted.</p></div>
{{#SUBMIT}}<form method="post" action="/console/submit" class="panel stack">
{{>REFUSAL}}
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
<label class="field"><span>Manifest <span class="hint">of a file for "portcullis apply", the manifest in it</span></span><textarea name="manifest" class="code-field" rows="26" spellcheck="false" required>
{{TEXT:p}}</textarea></label>
<button type="submit" class="primary">Submit</button>
</form>{{/SUBMIT}}
{{#SUBMIT_NOT}}<p class="panel">{{SUBMIT_WHO}}</p>{{/SUBMIT_NOT}}
