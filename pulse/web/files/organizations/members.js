// Who belongs to the organization: roles, invitations, and handing over the ownership.

import * as api from "../api.js";
import {announce, h, name, time} from "../dom.js";
import {act, ask, button, confirm, fill, form, heading, table} from "../parts.js";
import {givenRoles, mayManage, roleNames, whyReadOnly} from "./roles.js";

/** Ownership moves only in a session that has just begun; who is asked for the password begins one. */
async function inFreshSession(app, work) {
  try {
    return await work();
  } catch (refusal) {
    if (refusal.code !== "fresh_session_required") throw refusal;
  }
  const proven = await ask({
    title: "Confirm that it is you",
    text: "Handing over the ownership needs a session of the last 5 minutes. Enter your password to begin one.",
    action: "Confirm",
    fields: [
      {name: "password", label: `Password of ${app.session.user.id}`, type: "password", required: true,
        autocomplete: "current-password"},
    ],
    submit: (values) => api.post("/api/login", {username: app.session.user.id, password: values.password}),
  });
  if (!proven) throw new api.Refusal(0, "not_confirmed", "The ownership was not handed over: you did not confirm.");
  return work();
}

function show(place, app) {
  const organization = app.session.organization;
  const base = `/api/orgs/${api.segment(organization.id)}`;
  const manages = mayManage(app) && organization.id !== "default";
  const messages = h("div", {});
  const members = h("div", {});
  const invitations = h("div", {});

  const saved = async (said) => {
    messages.replaceChildren();
    announce(said);
    loadMembers();
    if (manages) loadInvitations();
  };
  const setRole = (member, role) => act(messages, "The role is changed.", () =>
    api.post(`${base}/members`, {userId: member.userId, role})).then(loadMembers);

  function roleOf(member) {
    if (!manages || member.role === "owner") return roleNames[member.role] ?? member.role;
    return h("select", {
      "aria-label": `Role of ${member.userId}`,
      on: {change: (event) => setRole(member, event.target.value)},
    }, givenRoles.map(([role, title]) => h("option", {value: role, selected: role === member.role}, title)));
  }

  async function remove(member) {
    const gone = await confirm({
      title: "Remove this member?",
      text: `${member.userId} loses access to ${organization.name} at once.`,
      action: "Remove",
      submit: () => api.remove(`${base}/members/${api.segment(member.userId)}`),
    });
    if (gone) saved("The member is removed.");
  }

  async function transfer(member) {
    const agreed = await confirm({
      title: "Hand over the ownership?",
      text: `${member.userId} becomes the owner of ${organization.name}, and you become an admin.`,
      action: "Hand over",
      submit: async () => {},
    });
    if (!agreed) return;
    const moved = await act(messages, "The ownership is handed over.", () => inFreshSession(app, () =>
      api.post(`${base}/members`, {userId: member.userId, role: "owner"})));
    if (moved) {
      await app.recheck(true);
      loadMembers();
    }
  }

  async function revoke(invitation) {
    const gone = await confirm({
      title: "Withdraw this invitation?",
      text: `${invitation.userId} can then no longer accept it.`,
      action: "Withdraw",
      submit: () => api.remove(`${base}/invitations/${api.segment(invitation.userId)}`),
    });
    if (gone) saved("The invitation is withdrawn.");
  }

  function actions(member) {
    if (!manages || member.role === "owner") return null;
    return [
      organization.role === "owner"
        ? button("Make owner", () => transfer(member), {describe: `Make ${member.userId} the owner`}) : null,
      button("Remove", () => remove(member), {kind: "danger", describe: `Remove ${member.userId}`}),
    ];
  }

  function loadMembers() {
    return fill(members, () => api.get(`${base}/members`), (list) => table("Members", [
      {title: "User", cell: (member) => name(member.userId)},
      {title: "E-mail", cell: (member) => name(member.email ?? "")},
      {title: "Role", cell: roleOf},
      {title: "Since", cell: (member) => time(member.addedAt)},
      ...(manages ? [{title: "", kind: "actions", cell: actions}] : []),
    ], list, "There are no members."));
  }

  function loadInvitations() {
    return fill(invitations, () => api.get(`${base}/invitations`), (list) => table("Open invitations", [
      {title: "User", cell: (invitation) => name(invitation.userId)},
      {title: "Role", cell: (invitation) => roleNames[invitation.role] ?? invitation.role},
      {title: "Invited", cell: (invitation) => time(invitation.invitedAt)},
      {title: "By", cell: (invitation) => name(invitation.invitedBy)},
      {title: "", kind: "actions", cell: (invitation) => button("Withdraw", () => revoke(invitation),
        {kind: "danger", describe: `Withdraw the invitation of ${invitation.userId}`})},
    ], list ?? [], "There are no open invitations."));
  }

  place.replaceChildren(heading("Members"));
  const reason = whyReadOnly(app, "members");
  if (reason) place.append(reason);
  place.append(messages, members);
  if (manages) {
    const invite = form({
      label: "Invite somebody",
      inline: true,
      action: "Invite",
      fields: [
        {name: "userId", label: "User name", required: true, maxlength: 256},
        {name: "role", label: "Role", type: "choice", options: givenRoles, value: "viewer", required: true},
      ],
      submit: async (values, element) => {
        const answer = await api.post(`${base}/members`, values);
        element.reset();
        saved(answer.kind === "invitation" ? "The invitation is sent." : "The role is changed.");
      },
    });
    place.append(
      h("section", {"aria-labelledby": "invite"}, h("h2", {id: "invite"}, "Invite somebody"),
        h("p", {}, "They become a member when they accept."), invite),
      h("section", {"aria-labelledby": "open-invitations"},
        h("h2", {id: "open-invitations"}, "Open invitations"), invitations));
    loadInvitations();
  }
  loadMembers();
}

export const membersPage = {path: "/settings/organization/members", title: "Members", section: "Organization", show};
