// What the person is invited to.

import * as api from "../api.js";
import {h, name, time} from "../dom.js";
import {act, button, confirm, fill, heading, table} from "../parts.js";
import {roleNames} from "./roles.js";
import {nameOf, use} from "./switcher.js";

const path = (invitation) => `/api/org-invitations/${api.segment(invitation.orgId)}`;
const titleOf = (invitation) => nameOf({name: invitation.orgDisplayName, id: invitation.orgId});

function show(place) {
  const messages = h("div", {});
  const list = h("div", {});

  async function accept(invitation) {
    if (await act(messages, "You are a member now.", () => api.post(`${path(invitation)}/accept`))) {
      use(invitation.orgId);
    }
  }
  async function decline(invitation) {
    const gone = await confirm({
      title: "Decline this invitation?",
      text: `You do not become a member of ${titleOf(invitation)}. They can invite you again.`,
      action: "Decline",
      submit: () => api.remove(path(invitation)),
    });
    if (gone) load();
  }
  function load() {
    return fill(list, () => api.get("/api/org-invitations"), (invitations) => table("Your invitations", [
      {title: "Organization", cell: (invitation) => name(titleOf(invitation))},
      {title: "Role", cell: (invitation) => roleNames[invitation.role] ?? invitation.role},
      {title: "Invited", cell: (invitation) => time(invitation.invitedAt)},
      {title: "By", cell: (invitation) => name(invitation.invitedBy)},
      {title: "", kind: "actions", cell: (invitation) => [
        button("Accept", () => accept(invitation),
          {kind: "primary", describe: `Accept the invitation to ${titleOf(invitation)}`}),
        button("Decline", () => decline(invitation),
          {kind: "danger", describe: `Decline the invitation to ${titleOf(invitation)}`}),
      ]},
    ], invitations ?? [], "You have no open invitations."));
  }

  place.replaceChildren(heading("Your invitations"), messages, list);
  load();
}

export const invitationsPage = {
  path: "/settings/invitations",
  title: "Your invitations",
  section: "Organization",
  show,
};
