{{%AUTOESCAPE context="HTML"}}<form method="post" action="{{ACTION}}" class="confirm{{#DANGEROUS}} confirm-danger{{/DANGEROUS}} stack" data-form="{{FORM}}">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
{{#WITH_VERSION}}<input type="hidden" name="version" value="{{VERSION}}">{{/WITH_VERSION}}
{{#FIELD}}<input type="hidden" name="{{NAME}}" value="{{VALUE}}">{{/FIELD}}
<fieldset><legend>{{LEGEND}}</legend>
<p>{{WHAT}}</p>
<label class="field"><span>Reason, for the audit log</span><textarea name="reason" rows="2" maxlength="2000" required>{{REASON:p}}</textarea></label>
<button type="submit" class="{{#DANGEROUS}}danger{{/DANGEROUS}}">{{BUTTON}}</button>
</fieldset>
</form>
