package io.vagus.registry;

import io.vagus.model.GroupId;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who asks the API for something, and what he may do to which groups.
 *
 * @param actor as the event log names him: {@code user:ada}, {@code token:grafana}
 * @param user his name when he is a user or acts with a user's token, else empty
 * @param reach the groups on which he has a right
 */
public record Caller(String actor, String user, Map<Right, Set<GroupId>> reach) {
  public Caller {
    reach = Map.copyOf(reach);
  }

  /** Everything everywhere. */
  public static Caller withAllRights(String actor) {
    return new Caller(actor, "", reach(GroupId.ALL, Role.ADMIN.rights()));
  }

  static Map<Right, Set<GroupId>> reach(GroupId group, Set<Right> rights) {
    Map<Right, Set<GroupId>> reach = new EnumMap<>(Right.class);
    rights.forEach(right -> reach.put(right, Set.of(group)));
    return reach;
  }

  static Map<Right, Set<GroupId>> reach(Iterable<RoleGrant> grants) {
    Map<Right, Set<GroupId>> reach = new EnumMap<>(Right.class);
    for (RoleGrant grant : grants) {
      for (Right right : grant.role().rights()) {
        reach.computeIfAbsent(right, r -> new HashSet<>()).add(grant.group());
      }
    }
    return reach;
  }

  /** On any group. */
  public boolean has(Right right) {
    return reach.containsKey(right);
  }

  /** On all devices, and on what belongs to no group. */
  public boolean hasEverywhere(Right right) {
    return reach.getOrDefault(right, Set.of()).contains(GroupId.ALL);
  }

  /** The groups on which he has it; holds {@link GroupId#ALL} for everywhere. */
  public Set<GroupId> groups(Right right) {
    return reach.getOrDefault(right, Set.of());
  }

  /** The same in the tree as it is now. */
  public Reach reach(Right right, GroupTree tree) {
    return Reach.of(tree, groups(right));
  }
}
