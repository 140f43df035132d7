// Organizations: which one the console shows, and the pages about them. Only delivered while they are in use.

import {sendAlways} from "../api.js";
import {h} from "../dom.js";
import {adminPage} from "./admin.js";
import {invitationsPage} from "./invitations.js";
import {listen} from "./live.js";
import {membersPage} from "./members.js";
import {overviewPage} from "./overview.js";
import {sharingPage} from "./sharing.js";
import {switcher} from "./switcher.js";

export function install(app) {
  document.head.append(h("link", {rel: "stylesheet", href: "/assets/organizations/organizations.css"}));
  // A tab goes on with the organization it shows, whatever another tab chooses meanwhile.
  sendAlways("X-Pulse-Org-ID", app.session.organization.id);
  app.addHeaderPart(switcher);
  app.addPage(overviewPage);
  app.addPage(membersPage);
  app.addPage(sharingPage);
  app.addPage(invitationsPage);
  if (app.session.superAdmin) app.addPage(adminPage);
  listen(app);
}
