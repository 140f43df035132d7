// What people are told about roles.

import {notice} from "../parts.js";

export const roleNames = {viewer: "Viewer", editor: "Editor", admin: "Admin", owner: "Owner"};

/** Roles that can be given to somebody; owner only by a transfer. */
export const givenRoles = ["viewer", "editor", "admin"].map((role) => [role, roleNames[role]]);

export function mayManage(app) {
  return app.session.organization.mayManage;
}

/** Why the page cannot be changed, or null. */
export function whyReadOnly(app, what) {
  const {role, mayManage: allowed, id} = app.session.organization;
  if (allowed) return null;
  const yours = role ? `Your role is ${roleNames[role] ?? role}.` : "You have no role in it.";
  return notice("info", id === "default" && !role
    ? `You can look at this, but not change it: only owners and admins of an organization change ${what}. ${yours}`
    : `You can look at this, but not change it: only owners and admins change ${what}. ${yours} ` +
      "Ask one of them if you need more.");
}
