"""Clerk's package for Python calls the groups of the Backend API that the emulator answers: `groups.py URL SECRET`. Its
models refuse an answer that is not as Clerk describes it, so that each call is a check of its own."""

import sys

from clerk_backend_api import Clerk

url, secret = sys.argv[1:]
clerk = Clerk(bearer_auth=secret, server_url=f"{url}/v1")
made = 0


def person(**rest):
    global made
    made += 1
    return clerk.users.create(email_address=[f"python-{made}@example.com"], skip_password_requirement=True, **rest)


def users():
    ada = person(first_name="Ada", public_metadata={"a": 1})
    assert ada.id in [user.id for user in clerk.users.list(request={"limit": 50})]
    assert clerk.users.count(request={}).total_count >= 1
    assert clerk.users.get(user_id=ada.id).first_name == "Ada"
    assert clerk.users.update(user_id=ada.id, first_name="Grace").first_name == "Grace"
    assert clerk.users.update_metadata(user_id=ada.id, public_metadata={"b": 2}).public_metadata == {"a": 1, "b": 2}
    assert clerk.users.ban(user_id=ada.id).banned and not clerk.users.unban(user_id=ada.id).banned
    assert clerk.users.lock(user_id=ada.id).locked and not clerk.users.unlock(user_id=ada.id).locked
    assert clerk.users.disable_mfa(user_id=ada.id).user_id == ada.id
    address = clerk.email_addresses.create(request={"user_id": ada.id, "email_address": "second@example.org", "verified": True})
    assert clerk.email_addresses.get(email_address_id=address.id).email_address == "second@example.org"
    assert clerk.email_addresses.update(email_address_id=address.id, primary=True).id == address.id
    assert clerk.email_addresses.delete(email_address_id=address.id).deleted
    phone = clerk.phone_numbers.create(request={"user_id": ada.id, "phone_number": "+15555550123", "verified": True})
    assert clerk.phone_numbers.get(phone_number_id=phone.id).phone_number == "+15555550123"
    assert clerk.phone_numbers.delete(phone_number_id=phone.id).deleted
    assert clerk.users.delete(user_id=ada.id).deleted


def organizations():
    owner, member = person(), person()
    organization = clerk.organizations.create(request={"name": "Orchard", "created_by": owner.id})
    own = {"organization_id": organization.id}
    assert organization.id in [found.id for found in clerk.organizations.list().data]
    assert clerk.organizations.get(**own).name == "Orchard"
    assert clerk.organizations.update(**own, name="Grove").name == "Grove"
    assert clerk.organizations.merge_metadata(**own, public_metadata={"a": 1}).public_metadata == {"a": 1}
    clerk.organization_memberships.create(**own, user_id=member.id, role="org:member")
    assert len(clerk.organization_memberships.list(**own).data) == 2
    assert clerk.organization_memberships.update(**own, user_id=member.id, role="org:admin").role == "org:admin"
    clerk.organization_memberships.update_metadata(**own, user_id=member.id, public_metadata={"desk": 4})
    assert clerk.users.get_organization_memberships(user_id=member.id).total_count == 1
    guest = clerk.organization_invitations.create(**own, email_address="guest@example.org", role="org:member", inviter_user_id=owner.id)
    assert clerk.organization_invitations.get(**own, invitation_id=guest.id).id == guest.id
    assert len(clerk.organization_invitations.list(**own).data) == 1
    assert clerk.organization_invitations.get_all().total_count >= 1
    assert clerk.organization_invitations.revoke(**own, invitation_id=guest.id, requesting_user_id=owner.id).status == "revoked"
    modes = ["automatic_suggestion", "manual_invitation"]
    clerk.instance_settings.update_organization_settings(request={"domains_enabled": True, "domains_enrollment_modes": modes})
    domain = clerk.organization_domains.create(**own, name="python.example", enrollment_mode="manual_invitation", verified=True)
    assert [found.id for found in clerk.organization_domains.list(**own).data] == [domain.id]
    clerk.organization_domains.update(**own, domain_id=domain.id, enrollment_mode="automatic_suggestion")
    assert clerk.organization_domains.delete(**own, domain_id=domain.id).deleted
    role = clerk.organization_roles.create(name="Editor", key="org:editor")
    permission = clerk.organization_permissions.create(name="Write", key="org:posts:write")
    clerk.organization_roles.assign_permission(organization_role_id=role.id, permission_id=permission.id)
    assert role.id in [found.id for found in clerk.organization_roles.list().data]
    assert permission.id in [found.id for found in clerk.organization_permissions.list().data]
    assert clerk.role_sets.list().total_count >= 1
    assert clerk.organizations.delete(**own).deleted


def sessions():
    user, other = person(), person()
    session = clerk.sessions.create(request={"user_id": user.id})
    assert [found.id for found in clerk.sessions.list(user_id=user.id)] == [session.id]
    assert clerk.sessions.get(session_id=session.id).status == "active"
    assert clerk.sessions.create_token(session_id=session.id).jwt.startswith("ey")
    template = clerk.jwt_templates.create(request={"name": "python", "claims": {"who": "{{user.id}}"}})
    assert clerk.jwt_templates.get(template_id=template.id).name == "python"
    assert len(clerk.jwt_templates.list()) == 1
    assert clerk.sessions.create_token_from_template(session_id=session.id, template_name="python").jwt
    assert clerk.jwt_templates.delete(template_id=template.id).deleted
    assert clerk.sessions.revoke(session_id=session.id).status == "revoked"
    ticket = clerk.sign_in_tokens.create(request={"user_id": user.id})
    assert clerk.sign_in_tokens.revoke(sign_in_token_id=ticket.id).status == "revoked"
    actor = clerk.actor_tokens.create(request={"user_id": user.id, "actor": {"sub": other.id}})
    assert clerk.actor_tokens.revoke(actor_token_id=actor.id).status == "revoked"
    assert clerk.testing_tokens.create().token
    assert clerk.jwks.get_jwks().keys


def access():
    invitation = clerk.invitations.create(request={"email_address": "new@example.org", "notify": False})
    assert invitation.id in [found.id for found in clerk.invitations.list()]
    clerk.invitations.bulk_create(request=[{"email_address": "many@example.org", "notify": False}])
    assert clerk.invitations.revoke(invitation_id=invitation.id).status == "revoked"
    allowed = clerk.allowlist_identifiers.create(request={"identifier": "*@example.net", "notify": False})
    assert len(clerk.allowlist_identifiers.list()) == 1
    assert clerk.allowlist_identifiers.delete(identifier_id=allowed.id).deleted
    blocked = clerk.blocklist_identifiers.create(request={"identifier": "*@example.net"})
    assert clerk.blocklist_identifiers.list().total_count == 1
    assert clerk.blocklist_identifiers.delete(identifier_id=blocked.id).deleted
    address = clerk.redirect_urls.create(request={"url": "https://app.example/callback"})
    assert clerk.redirect_urls.get(id=address.id).url == "https://app.example/callback"
    assert clerk.redirect_urls.delete(id=address.id).deleted
    waiting = clerk.waitlist_entries.create(request={"email_address": "waiting@example.org", "notify": False})
    assert clerk.waitlist_entries.list().total_count == 1
    assert clerk.waitlist_entries.reject(waitlist_entry_id=waiting.id).status == "rejected"
    assert clerk.instance_settings.get().id and clerk.domains.list().total_count == 1


def machines():
    user = person()
    key = clerk.api_keys.create_api_key(name="nightly", subject=user.id, scopes=["read"])
    assert clerk.api_keys.get_api_keys(subject=user.id).total_count == 1
    assert clerk.api_keys.get_api_key(api_key_id=key.id).name == "nightly"
    assert clerk.api_keys.get_api_key_secret(api_key_id=key.id).secret == key.secret
    assert clerk.api_keys.verify_api_key(secret=key.secret).id == key.id
    assert clerk.api_keys.revoke_api_key(api_key_id=key.id, revocation_reason="over").revoked
    sender, receiver = (clerk.machines.create(request={"name": name}) for name in ("sender", "receiver"))
    assert clerk.machines.list().total_count == 2
    clerk.machines.create_scope(machine_id=sender.id, to_machine_id=receiver.id)
    own = Clerk(bearer_auth=clerk.machines.get_secret_key(machine_id=sender.id).secret, server_url=f"{url}/v1")
    token = own.m2m.create_token()
    assert len(clerk.m2m.list_tokens(subject=sender.id).m2m_tokens) == 1
    assert clerk.m2m.verify_token(token=token.token).subject == sender.id
    assert clerk.m2m.revoke_token(m2m_token_id=token.id).revoked
    viewer = {"name": "Viewer", "redirect_uris": ["https://viewer.example/back"], "scopes": "profile email"}
    application = clerk.oauth_applications.create(request=viewer)
    assert clerk.oauth_applications.list().total_count == 1
    assert clerk.oauth_applications.get(oauth_application_id=application.id).name == "Viewer"
    assert clerk.oauth_applications.rotate_secret(oauth_application_id=application.id).client_secret
    assert clerk.oauth_applications.delete(oauth_application_id=application.id).deleted


for group in (users, organizations, sessions, access, machines):
    group()
    print(group.__name__)
