package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.GroupId;
import io.vagus.registry.GroupRules;
import io.vagus.registry.GroupTree;
import io.vagus.registry.Registry;

/** Groups as that on which somebody has rights. */
final class GroupPlaces {
  private GroupPlaces() {}

  /**
   * That rights may be had on it: on one that exists, and that devices are put into. Of a dynamic
   * one everybody who changes tags would say who may what.
   */
  static void require(GroupTree tree, GroupId group) {
    if (!group.equals(GroupId.ALL)) {
      GroupRules.requireStatic(tree, "group", group);
    }
  }

  /** That nobody has rights on it: a later group of that name would be his too. */
  static void requireFree(Registry registry, GroupId group) {
    long people =
        registry.people().all().stream()
            .filter(user -> user.grants().stream().anyMatch(g -> g.group().equals(group)))
            .count();
    long tokens =
        registry.tokens().all().stream().filter(token -> token.group().equals(group)).count();
    if (people + tokens > 0) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          "group: \"%s\": %d users and %d tokens have rights on it (expected: none)"
              .formatted(group, people, tokens));
    }
  }
}
