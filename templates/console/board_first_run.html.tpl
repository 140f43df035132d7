{{%AUTOESCAPE context="HTML"}}<section class="panel first-run" aria-labelledby="first-run">
<h2 id="first-run">Nothing is here yet. This is how a release goes</h2>
<ol class="steps">
<li><strong>Submit</strong> a manifest: what changes, how it is switched off, how it is rolled back, who is exposed.</li>
<li><strong>Experimental, candidate, stable</strong>: each channel has a gate. It says what is missing, finding by finding, with what to do about it.</li>
<li><strong>Approve and measure</strong>: people sign with their roles, pipelines bring evidence, time passes under watch.</li>
<li><strong>Decide</strong>: a memo drafted from the facts, signed by two. At any moment one press takes it back.</li>
</ol>
<p>Your own release: <code>portcullis apply -f release.yaml</code>, or <code>POST /v1/releases</code>; <a href="/docs">the API's documentation</a> has examples.</p>
{{#SUBMIT}}<form method="post" action="/console/example" class="row"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="form_key" value="{{FORM_KEY}}"><button type="submit" class="primary">Submit the worked example</button><span class="muted">A release with its plan, tenants and consents, to look around with. It is submitted in your name, like any other.</span></form>{{/SUBMIT}}
{{#SUBMIT_NOT}}<p class="muted">A worked example can be submitted from here. {{SUBMIT_WHO}}</p>{{/SUBMIT_NOT}}
</section>
