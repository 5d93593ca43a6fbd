package io.vagus.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.twin.Relation.Kind;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine that keeps relations must do. */
@Timeout(60)
abstract class RelationsContract {
  static final Node A = new Node.OfDevice(new DeviceId("a"));
  static final Node B = new Node.OfDevice(new DeviceId("b"));
  static final Node C = new Node.OfGroup(new GroupId("c"));

  private Relations relations;

  abstract Relations open();

  abstract void shut();

  @BeforeEach
  void start() {
    relations = open();
  }

  @AfterEach
  void stop() {
    shut();
  }

  static Relation relation(Kind kind, Node from, Node to, String note) {
    return new Relation(kind, from, to, note);
  }

  @Test
  void keepsEachOnceWithItsNewestNote() {
    relations.save(relation(Kind.FEEDS, A, B, "old"));
    relations.save(relation(Kind.FEEDS, A, B, "new \"1\""));
    relations.save(relation(Kind.BEHIND, C, A, ""));
    assertThat(relations.of(A))
        .containsExactly(relation(Kind.BEHIND, C, A, ""), relation(Kind.FEEDS, A, B, "new \"1\""));
    assertThat(relations.next(Kind.FEEDS, A, true)).containsExactly(B);
    assertThat(relations.next(Kind.FEEDS, B, false)).containsExactly(A);
    assertThat(relations.remove(relation(Kind.FEEDS, A, B, ""))).isTrue();
    assertThat(relations.remove(relation(Kind.FEEDS, A, B, ""))).isFalse();
    assertThat(relations.of(B)).isEmpty();
  }

  @Test
  void refusesCirclesButOfWhatFlows() {
    for (Kind kind : List.of(Kind.CONTAINS, Kind.BEHIND)) {
      relations.save(relation(kind, A, B, ""));
      relations.save(relation(kind, B, C, ""));
      assertThatThrownBy(() -> relations.save(relation(kind, C, A, "")))
          .hasMessageContaining("would close a circle");
    }
    relations.save(relation(Kind.FEEDS, A, B, ""));
    relations.save(relation(Kind.FEEDS, B, A, ""));
  }

  @Test
  void aPartIsInOneWhole() {
    relations.save(relation(Kind.CONTAINS, A, B, ""));
    assertThatThrownBy(() -> relations.save(relation(Kind.CONTAINS, C, B, "")))
        .hasMessage("relation: device:b is in device:a already (expected: in one at most)");
    relations.save(relation(Kind.CONTAINS, A, B, "again"));
  }

  @Test
  void goesWithItsEnds() {
    relations.save(relation(Kind.FEEDS, A, B, ""));
    relations.save(relation(Kind.FEEDS, C, B, ""));
    relations.deviceDeleted(new DeviceId("a"));
    assertThat(relations.of(B)).hasSize(1);
    relations.groupDeleted(new GroupId("c"));
    assertThat(relations.of(B)).isEmpty();
  }

  @Test
  void tellsOfEachChange() {
    AtomicInteger told = new AtomicInteger();
    relations.addListener(told::incrementAndGet);
    relations.save(relation(Kind.FEEDS, A, B, ""));
    assertThat(told.getAndSet(0)).isPositive();
    relations.remove(relation(Kind.FEEDS, A, B, ""));
    assertThat(told.getAndSet(0)).isPositive();
    relations.save(relation(Kind.FEEDS, A, B, ""));
    told.set(0);
    relations.deviceDeleted(new DeviceId("a"));
    assertThat(told.get()).isPositive();
  }

  @Test
  void hasABound() {
    for (int i = 0; i < Relations.MAX_OF_NODE; i++) {
      relations.save(relation(Kind.FEEDS, A, new Node.OfDevice(new DeviceId("x" + i)), ""));
    }
    assertThatThrownBy(() -> relations.save(relation(Kind.FEEDS, A, B, "")))
        .hasMessage("relation: 1000 of that kind at one node (expected: < 1000)");
  }
}
