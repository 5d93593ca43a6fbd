package io.vagus.registry;

import io.vagus.model.Device;
import io.vagus.model.GroupId;
import java.util.Optional;

/** Which groups may be, and which devices in them. */
public final class GroupRules {
  static final int MAX_GROUPS = 10_000;
  static final int MAX_DEPTH = 15;

  private GroupRules() {}

  /** That the group may take its place in the tree, new or as a change. */
  public static void requireStorable(GroupTree tree, Group group) {
    Rules.requireText("name", group.name(), Rules.MAX_NAME_CHARS);
    group.query().ifPresent(query -> Rules.requireTags(query.tags(), Rules.MAX_FILTER_TAGS));
    if (group.id().equals(GroupId.ALL)) {
      throw Rules.invalid("group: \"all\" (expected: another name, it is the one above all)");
    }
    if (group.query().isPresent() && group.parent().isEmpty()) {
      throw Rules.invalid("parent: none (expected: one, since a dynamic group is within another)");
    }
    if (tree.find(group.id()).isEmpty() && tree.groups().size() >= MAX_GROUPS) {
      throw Rules.conflict("groups: " + MAX_GROUPS + " (expected: <= " + MAX_GROUPS + ")");
    }
    group.parent().ifPresent(parent -> requireParent(tree, group.id(), parent));
    tree.find(group.id()).ifPresent(before -> requireChange(tree, before, group));
  }

  private static void requireParent(GroupTree tree, GroupId id, GroupId parent) {
    requireStatic(tree, "parent", parent);
    if (tree.isInside(parent, id)) {
      throw Rules.invalid("parent: \"" + parent + "\" is inside \"" + id + "\" (expected: not)");
    }
    int depth = tree.depth(parent) + 1;
    if (depth > MAX_DEPTH) {
      throw Rules.invalid("parent: " + depth + " groups deep (expected: <= " + MAX_DEPTH + ")");
    }
  }

  private static void requireChange(GroupTree tree, Group before, Group after) {
    Optional<GroupId> organisation =
        after.parent().isPresent() ? tree.organisation(after.parent()) : Optional.of(after.id());
    if (!tree.organisation(Optional.of(before.id())).equals(organisation)) {
      throw Rules.invalid(
          "parent: is in organisation \"%s\" (expected: in \"%s\", where the group is)"
              .formatted(
                  organisation.orElseThrow(),
                  tree.organisation(Optional.of(before.id())).orElseThrow()));
    }
    if (before.query().isPresent() != after.query().isPresent()) {
      throw Rules.invalid("query: cannot be given or taken (expected: another group)");
    }
  }

  /** An existing group that devices and groups can be put into. */
  public static void requireStatic(GroupTree tree, String field, GroupId id) {
    Group group =
        tree.find(id)
            .orElseThrow(
                () -> Rules.invalid(field + ": \"" + id + "\" (expected: a group that exists)"));
    if (group.query().isPresent()) {
      throw Rules.invalid(
          field + ": \"" + id + "\" is dynamic (expected: one that devices are put into)");
    }
  }

  /** A group that exists, with nothing in it. */
  public static void requireEmpty(DeviceLookup lookup, GroupId id) {
    if (lookup.groups().find(id).isEmpty()) {
      throw Rules.notFound("group: \"" + id + "\" does not exist");
    }
    lookup.groups().groups().stream()
        .filter(child -> child.parent().equals(Optional.of(id)))
        .findFirst()
        .ifPresent(child -> {
          throw Rules.conflict("group: \"" + id + "\" has groups, \"" + child.id() + "\" is one");
        });
    lookup
        .anyIn(id)
        .ifPresent(device -> {
          throw Rules.conflict("group: \"" + id + "\" has devices, \"" + device + "\" is one");
        });
  }

  /** A device behind a gateway is in the gateway's organisation. */
  static void requireSameOrganisation(
      GroupTree tree, Optional<GroupId> device, Optional<GroupId> gateway, String line) {
    Optional<GroupId> organisation = tree.organisation(device);
    Optional<GroupId> other = tree.organisation(gateway);
    if (!organisation.equals(other)) {
      throw Rules.invalid(
          "%sgateway: is in organisation \"%s\" (expected: in \"%s\", where the device is)"
              .formatted(
                  line,
                  other.map(GroupId::value).orElse("none"),
                  organisation.map(GroupId::value).orElse("none")));
    }
  }

  /** A device leaves its organisation only in transfer, and alone. */
  static void requireMovable(DeviceLookup lookup, Device before, Device after) {
    GroupTree tree = lookup.groups();
    after.group().ifPresent(group -> requireStatic(tree, "group", group));
    Optional<GroupId> from = tree.organisation(before.group());
    Optional<GroupId> to = tree.organisation(after.group());
    if (from.equals(to)) {
      return;
    }
    if (from.isPresent() && before.status() != Device.Status.IN_TRANSFER) {
      throw Rules.conflict(
          "group: is in another organisation than \"%s\" (expected: the device in transfer first)"
              .formatted(from.get()));
    }
    lookup
        .anyBehind(before.id())
        .ifPresent(behind -> {
          throw Rules.conflict(
              "group: \""
                  + behind
                  + "\" is behind the device (expected: none, to change the"
                  + " organisation)");
        });
  }
}
