{{%AUTOESCAPE context="HTML"}}<div id="operation" data-live{{#RUNS}} hx-get="{{HERE}}" hx-trigger="every 2s" hx-select="#operation" hx-swap="outerHTML"{{/RUNS}}>
<div class="page-head"><h1>{{TITLE}}</h1><p class="card-id">{{ID}}</p></div>
<section class="panel verdict verdict-{{TONE}}" aria-label="What has become of it" role="status"><p class="verdict-line">{{>STATUS}} <strong>{{SUMMARY}}</strong></p>
<ul class="totals">{{#COUNT}}<li class="total total-{{TONE}}"><span class="total-count">{{N}}</span> {{WORD}}</li>{{/COUNT}}</ul>
{{#NOT_ENTERED}}<p class="problem">The kill was given, and sent, while the database did not answer: this is what is known here. It is entered as soon as the database is back.</p>{{/NOT_ENTERED}}
{{#WARNING}}<p class="problem">{{TEXT}}</p>{{/WARNING}}
{{#HALT}}<p class="problem">Halted after batch {{BATCH}}: {{WHY}}</p>{{/HALT}}
{{#RUNS}}<p class="muted">It goes on; this page follows. <a href="{{HERE}}">Look again</a></p>{{/RUNS}}
</section>
<div class="scroll"><table class="table"><caption class="visually-hidden">What became of it on each instance</caption><thead><tr><th scope="col">Instance</th><th scope="col">Outcome</th><th scope="col">Why</th><th scope="col">Applied</th><th scope="col">Verified</th></tr></thead><tbody>
{{#PART}}<tr class="tone-{{TONE}}{{#LOUD}} loud{{/LOUD}}" data-item><th scope="row"><a href="/console/fleet/instances/{{PATH}}" data-open>{{ID}}</a> <span class="muted small">#{{GENERATION}}</span></th>
<td data-label="Outcome">{{>OUTCOME}}{{#WATCHING}} <span class="badge badge-info">watched</span>{{/WATCHING}}</td>
<td data-label="Why">{{WHY}}
{{#STEPS}}<details><summary>{{STEPS_OF}} and evidence</summary><ol class="steps-list">{{#STEP}}<li><p><strong>{{NAME}}</strong> {{>OUTCOME}} <span class="muted small">{{>AT}}</span></p><p>{{DETAIL}}</p>
{{#EVIDENCE}}<div class="scroll">{{#CHECKS}}<table class="table small"><thead><tr><th scope="col">Asked</th><th scope="col">Expected</th><th scope="col">Got</th><th scope="col"></th></tr></thead><tbody>{{/CHECKS}}{{#CHECK}}<tr><td>{{WHAT}}</td><td>{{EXPECTED}}</td><td>{{GOT}}</td><td>{{>RESULT}}</td></tr>{{/CHECK}}{{#CHECKS}}</tbody></table>{{/CHECKS}}
<dl class="facts small">{{#FACT}}<dt>{{FACT_NAME}}</dt><dd class="mono">{{FACT_VALUE}}</dd>{{/FACT}}</dl>{{#LEFT_OUT}}<p class="muted">{{COUNT_LEFT}} more in the report's record.</p>{{/LEFT_OUT}}</div>{{/EVIDENCE}}</li>{{/STEP}}</ol></details>{{/STEPS}}</td>
<td data-label="Applied">{{#APPLIED}}after {{AFTER}}{{/APPLIED}}</td><td data-label="Verified">{{#VERIFIED}}after {{AFTER}}{{/VERIFIED}}</td></tr>{{/PART}}
</tbody></table></div>
{{#MORE_PARTS}}<p>And <strong>{{COUNT_MORE}} more</strong>, none of them worse off than those above: the numbers are of all, and the report names every one.</p>{{/MORE_PARTS}}
{{#MANY}}<p class="muted">The steps of so many instances are in the report.</p>{{/MANY}}
</div>
<div class="grid after">
<section class="panel"><h2>The order</h2><dl class="facts"><dt>Reason</dt><dd>{{REASON}}</dd><dt>Given by</dt><dd>{{BY}} {{>AT}}</dd><dt>For</dt><dd>{{SCOPE}}</dd><dt>How</dt><dd>{{MANNER}}</dd>{{#WATCH}}<dt>Watch</dt><dd>{{STATE}}</dd>{{/WATCH}}{{#TIMING}}<dt>Until {{WORD}}</dt><dd>{{COUNT}} instances; median {{P50}}, 99th percentile {{P99}}, longest {{MAX}}</dd>{{/TIMING}}</dl></section>
{{#REPORT}}<section class="panel"><h2>Evidence report</h2><p>Everything that every instance showed, with one hash over the record.</p><p class="row"><a class="button" href="/console/operations/{{ID}}/report.html">As a document</a> <a href="/console/operations/{{ID}}/report.md">Markdown</a> <a href="/console/operations/{{ID}}/report.json">JSON</a></p></section>{{/REPORT}}
{{#REVIEW}}<section class="panel stack" id="review"><h2>Review of the kill {{>STATE}}</h2><p class="muted">Opened {{>OPENED}}, given by {{KILLED_BY}}</p>{{#DONE}}<p>{{FINDINGS}}</p><p class="muted">{{BY}} {{>AT}}</p>{{/DONE}}{{#YOURS}}<p>What you typed, which was not taken:</p><pre>{{TYPED}}</pre>{{/YOURS}}{{>COMPLETE}}</section>{{/REVIEW}}
{{#KILLED}}<section class="panel"><h2>The way back on</h2><p>It needs the reviews of all kills, a system owner's approval, and somebody else who gives the order.</p><p><a href="/console/fleet/way-back">What is still missing</a></p></section>{{/KILLED}}
</div>
