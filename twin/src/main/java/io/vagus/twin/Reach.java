package io.vagus.twin;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What is reached from a node along one kind of relation, the nearest first; each node once, so
 * that rings end.
 *
 * @param isWhole whether nothing was left out for its bounds
 */
public record Reach(List<Found> found, boolean isWhole) {
  public static final int MAX_DEPTH = 32;
  public static final int MAX_NODES = 10_000;

  /**
   * @param via the node before it
   */
  public record Found(Node node, int depth, Node via) {}

  public Reach {
    found = List.copyOf(found);
  }

  /**
   * @param forward along the relation, from {@code from} to {@code to}
   * @param seen what is not does not exist, nor what is only reached through it
   */
  public static Reach of(
      Relations relations,
      Relation.Kind kind,
      Node start,
      boolean forward,
      int depth,
      Predicate<Node> seen) {
    return walk(start, depth, node -> relations.next(kind, node, forward), seen);
  }

  private static Reach walk(
      Node start, int depth, Function<Node, List<Node>> next, Predicate<Node> seen) {
    List<Found> found = new ArrayList<>();
    Set<Node> known = new HashSet<>(Set.of(start));
    ArrayDeque<Found> open = new ArrayDeque<>(List.of(new Found(start, 0, start)));
    boolean whole = true;
    while (!open.isEmpty()) {
      Found from = open.remove();
      for (Node node : next.apply(from.node)) {
        boolean bounded = from.depth == depth || found.size() == MAX_NODES;
        if (seen.test(node) && !known.contains(node)) {
          whole &= !bounded;
          if (!bounded) {
            Found one = new Found(node, from.depth + 1, from.node);
            known.add(node);
            found.add(one);
            open.add(one);
          }
        }
      }
    }
    return new Reach(found, whole);
  }

  /** That a relation closes no circle where that makes no sense, and breaks no bound. */
  static void requireSound(Relation relation, Function<Node, List<Node>> next, List<Node> wholes) {
    if (relation.kind().isFromOne()
        && wholes.stream().anyMatch(whole -> !whole.equals(relation.from()))) {
      throw refused(
          "%s is in %s already (expected: in one at most)"
              .formatted(relation.to().text(), wholes.getFirst().text()));
    }
    if (relation.kind().isAcyclic()) {
      Reach reach = walk(relation.to(), Integer.MAX_VALUE, next, node -> true);
      boolean circle = reach.found.stream().anyMatch(f -> f.node.equals(relation.from()));
      if (circle || !reach.isWhole) {
        throw refused(
            "%s %s %s would close a circle (expected: none)"
                .formatted(relation.from().text(), relation.kind().word(), relation.to().text()));
      }
    }
  }

  private static VagusException refused(String why) {
    return new VagusException(ErrorCode.CONFLICT, "relation: " + why);
  }

  static void requireRoom(long ofNode, long all) {
    if (ofNode >= Relations.MAX_OF_NODE) {
      throw refused(
          "%d of that kind at one node (expected: < %d)".formatted(ofNode, Relations.MAX_OF_NODE));
    }
    if (all >= Relations.MAX_ALL) {
      throw refused("%d in all (expected: < %d)".formatted(all, Relations.MAX_ALL));
    }
  }
}
