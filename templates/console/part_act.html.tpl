{{%AUTOESCAPE context="HTML"}}{{#FOLD}}<details class="act-fold"{{#OPEN}} open{{/OPEN}}><summary>{{LEGEND}}</summary>{{/FOLD}}
{{>REFUSAL}}
{{#PLAIN}}<h3>{{LEGEND}}</h3>{{/PLAIN}}
{{#WITH_WHAT}}<p class="act-what">{{WHAT}}</p>{{/WITH_WHAT}}
{{#NOT_ALLOWED}}<p class="muted">{{WHO}}</p>{{/NOT_ALLOWED}}
{{#ALLOWED}}<form method="post" action="{{ACTION}}" class="act stack{{#DANGEROUS}} confirm confirm-danger{{/DANGEROUS}}" data-form="{{FORM}}" aria-label="{{LEGEND}}">
<input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}">
{{#WITH_VERSION}}<input type="hidden" name="version" value="{{VERSION}}">{{/WITH_VERSION}}
{{#FIELD}}
{{#HIDDEN}}<input type="hidden" name="{{NAME}}" value="{{VALUE}}">{{/HIDDEN}}
{{#LINE}}<label class="field"><span>{{LABEL}}{{#WITH_HINT}} <span class="hint">{{HINT}}</span>{{/WITH_HINT}}</span><input name="{{NAME}}" value="{{VALUE}}" maxlength="2000"{{#REQUIRED}} required{{/REQUIRED}}></label>{{/LINE}}
{{#AREA}}<label class="field"><span>{{LABEL}}{{#WITH_HINT}} <span class="hint">{{HINT}}</span>{{/WITH_HINT}}</span><textarea name="{{NAME}}" rows="3" maxlength="4000"{{#REQUIRED}} required{{/REQUIRED}}>{{VALUE:p}}</textarea></label>{{/AREA}}
{{#CHOICE}}<label class="field"><span>{{LABEL}}{{#WITH_HINT}} <span class="hint">{{HINT}}</span>{{/WITH_HINT}}</span><select name="{{NAME}}"{{#REQUIRED}} required{{/REQUIRED}}>{{#OPTION}}<option value="{{OPTION_VALUE}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{OPTION_LABEL}}</option>{{/OPTION}}</select></label>{{/CHOICE}}
{{/FIELD}}
<button type="submit" class="{{#DANGER}}danger{{/DANGER}}{{#PRIMARY}}primary{{/PRIMARY}}">{{BUTTON}}</button>
</form>{{/ALLOWED}}
{{#FOLDED_END}}</details>{{/FOLDED_END}}
