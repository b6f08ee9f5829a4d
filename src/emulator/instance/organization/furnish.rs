//! The furniture of every instance from its start: Clerk's own permissions, and two roles.

use clerk_auth::time::UnixMillis;

use super::role::{
    DELETE_PROFILE, MANAGE_DOMAINS, MANAGE_MEMBERS, MANAGE_PROFILE, Permission, READ_DOMAINS,
    READ_MEMBERS, Role,
};
use super::role_set::RoleSet;
use crate::emulator::instance::{Instance, random};

/// Clerk's own permissions: key and name.
const SYSTEM: [(&str, &str); 10] = [
    (MANAGE_PROFILE, "Manage organization"),
    (DELETE_PROFILE, "Delete organization"),
    (READ_MEMBERS, "Read members"),
    (MANAGE_MEMBERS, "Manage members"),
    (READ_DOMAINS, "Read domains"),
    (MANAGE_DOMAINS, "Manage domains"),
    ("org:sys_billing:read", "Read billing"),
    ("org:sys_billing:manage", "Manage billing"),
    ("org:sys_api_keys:read", "Read API keys"),
    ("org:sys_api_keys:manage", "Manage API keys"),
];
/// Those of a plain member.
const OF_MEMBERS: [&str; 2] = [READ_MEMBERS, "org:sys_billing:read"];

impl Instance {
    /// Roles and permissions that every instance has, unless there are some already.
    pub fn furnish(&mut self, now: UnixMillis) {
        if !self.roles.is_empty() {
            return;
        }
        for (key, name) in SYSTEM {
            let permission = Permission {
                id: random::id(&*self.random, "perm"),
                key: key.to_owned(),
                name: name.to_owned(),
                description: String::new(),
                created_at: now,
                updated_at: now,
            };
            self.permissions.insert(permission);
        }
        let all = self.permissions.values();
        let of_members = all.filter(|permission| OF_MEMBERS.contains(&permission.key.as_str()));
        let of_members: Vec<_> = of_members.map(|known| known.id.clone()).collect();
        let all = self.permissions.values().map(|known| known.id.clone());
        let all: Vec<_> = all.collect();
        let admin = self.put_role("org:admin", "Admin", all, now);
        let member = self.put_role("org:member", "Member", of_members, now);
        self.role_sets.insert(RoleSet {
            id: random::id(&*self.random, "roleset"),
            key: "role_set:default".to_owned(),
            name: "Default".to_owned(),
            description: String::new(),
            is_initial: true,
            roles: vec![admin.clone(), member.clone()],
            default_role: member,
            creator_role: admin,
            created_at: now,
            updated_at: now,
        });
    }

    fn put_role(
        &mut self,
        key: &str,
        name: &str,
        permissions: Vec<String>,
        now: UnixMillis,
    ) -> String {
        let id = random::id(&*self.random, "role");
        self.roles.insert(Role {
            id: id.clone(),
            key: key.to_owned(),
            name: name.to_owned(),
            description: String::new(),
            permissions,
            created_at: now,
            updated_at: now,
        });
        id
    }
}
