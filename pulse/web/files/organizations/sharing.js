// Resources that the organization shows to others, and that others show to it.

import * as api from "../api.js";
import {announce, h, name, time} from "../dom.js";
import {act, ask, button, confirm, fill, heading, table} from "../parts.js";
import {givenRoles, mayManage, roleNames, whyReadOnly} from "./roles.js";
import {nameOf} from "./switcher.js";

const statusNames = {pending: "Waiting for them", accepted: "Accepted"};
const incomingStatusNames = {pending: "Waiting for you", accepted: "Accepted"};

function resource(share) {
  return [
    name(share.resourceName || share.resourceId),
    h("div", {class: "hint"}, `${share.resourceType} `, name(share.resourceId)),
  ];
}

function show(place, app) {
  const organization = app.session.organization;
  const base = `/api/orgs/${api.segment(organization.id)}/shares`;
  const manages = mayManage(app);
  const messages = h("div", {});
  const outgoing = h("div", {});
  const incoming = h("div", {});

  async function add() {
    const shared = await ask({
      title: "Share a resource",
      text: "The other organization sees it after one of its admins has accepted.",
      action: "Share",
      fields: [
        {name: "targetOrgId", label: "Id of the other organization", required: true, maxlength: 64},
        {name: "resourceType", label: "Type of the resource", type: "choice", required: true, value: "vm",
          options: app.session.shareableTypes.map((type) => [type, type])},
        {name: "resourceId", label: "Id of the resource", required: true, maxlength: 512},
        {name: "resourceName", label: "Name of the resource", maxlength: 512},
        {name: "accessRole", label: "Least role that sees it there", type: "choice", required: true,
          options: givenRoles, value: "viewer"},
      ],
      submit: (values) => api.post(base, values),
    });
    if (shared) {
      announce("The resource is offered.");
      loadOutgoing();
    }
  }
  async function stop(share) {
    const gone = await confirm({
      title: "Stop sharing this?",
      text: `${share.targetOrgId} no longer sees ${share.resourceName || share.resourceId}.`,
      action: "Stop sharing",
      submit: () => api.remove(`${base}/${api.segment(share.id)}`),
    });
    if (gone) loadOutgoing();
  }
  async function accept(share) {
    await act(messages, "The share is accepted.", () => api.post(`${base}/incoming/${api.segment(share.id)}/accept`));
    loadIncoming();
  }
  async function decline(share) {
    const gone = await confirm({
      title: share.status === "pending" ? "Decline this share?" : "Remove this share?",
      text: `${share.resourceName || share.resourceId} of ${share.sourceOrgName || share.sourceOrgId} is no longer ` +
        "shown here. They can offer it again.",
      action: share.status === "pending" ? "Decline" : "Remove",
      submit: () => api.remove(`${base}/incoming/${api.segment(share.id)}`),
    });
    if (gone) loadIncoming();
  }

  function loadOutgoing() {
    return fill(outgoing, () => api.get(base), (list) => table("Given to others", [
      {title: "Resource", cell: resource},
      {title: "Given to", cell: (share) => h("code", {}, share.targetOrgId)},
      {title: "Least role", cell: (share) => roleNames[share.accessRole] ?? share.accessRole},
      {title: "State", cell: (share) => statusNames[share.status] ?? share.status},
      {title: "Since", cell: (share) => time(share.createdAt)},
      ...(manages ? [{title: "", kind: "actions", cell: (share) => button("Stop sharing", () => stop(share),
        {kind: "danger", describe: `Stop sharing ${share.resourceName || share.resourceId}`})}] : []),
    ], list, "This organization shares nothing with others."));
  }
  function loadIncoming() {
    return fill(incoming, () => api.get(`${base}/incoming`), (list) => table("Received from others", [
      {title: "Resource", cell: resource},
      {title: "From", cell: (share) => name(nameOf({name: share.sourceOrgName, id: share.sourceOrgId}))},
      {title: "Least role", cell: (share) => roleNames[share.accessRole] ?? share.accessRole},
      {title: "State", cell: (share) => incomingStatusNames[share.status] ?? share.status},
      {title: "Since", cell: (share) => time(share.createdAt)},
      ...(manages ? [{title: "", kind: "actions", cell: (share) => [
        share.status === "pending"
          ? button("Accept", () => accept(share),
            {kind: "primary", describe: `Accept ${share.resourceName || share.resourceId}`}) : null,
        button(share.status === "pending" ? "Decline" : "Remove", () => decline(share),
          {kind: "danger", describe: `Decline or remove ${share.resourceName || share.resourceId}`}),
      ]}] : []),
    ], list, "Nothing is shared with this organization."));
  }

  place.replaceChildren(heading("Sharing", manages ? button("Share a resource", add, {kind: "primary"}) : null));
  const reason = whyReadOnly(app, "what is shared");
  if (reason) place.append(reason);
  place.append(messages,
    h("section", {"aria-labelledby": "given"}, h("h2", {id: "given"}, "Given to others"), outgoing),
    h("section", {"aria-labelledby": "received"}, h("h2", {id: "received"}, "Received from others"), incoming));
  loadOutgoing();
  loadIncoming();
}

export const sharingPage = {path: "/settings/organization/sharing", title: "Sharing", section: "Organization", show};
