package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.VagusException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventChainTest {
  private static final String ZERO = "0".repeat(64);

  /** What Python's hashlib makes of the same fields: others can prove the chain too. */
  @Test
  void theHashIsTheOneThatTheDocumentedBytesGive() {
    String hash =
        new EventChain(EventHead.NONE)
            .hash(
                ZERO,
                1,
                1_790_000_000_000_000L,
                "user:anna",
                "device:d1",
                "device.created",
                "{\"n\":\"\u00e9\"}");
    assertThat(hash).isEqualTo("4292d803f399175c76d7ef2045fe2c9d91668c1d9845e9cc2b1ceac4ad89eecd");
  }

  @Test
  void noTwoEventsShareTheirBytes() {
    EventChain chain = new EventChain(EventHead.NONE);
    Set<String> hashes = new HashSet<>();
    List<List<String>> fields =
        List.of(
            List.of("a", "b", "c", "d"),
            List.of("ab", "", "c", "d"),
            List.of("", "ab", "c", "d"),
            List.of("a", "bc", "", "d"),
            List.of("a", "b", "", "cd"),
            List.of("a", "b", "cd", ""));
    fields.forEach(f -> hashes.add(chain.hash(ZERO, 1, 2, f.get(0), f.get(1), f.get(2), f.get(3))));
    hashes.add(chain.hash(ZERO, 2, 1, "a", "b", "c", "d"));
    hashes.add(chain.hash("1" + ZERO.substring(1), 1, 2, "a", "b", "c", "d"));
    assertThat(hashes).hasSize(fields.size() + 2);
  }

  @Test
  void headsActorsAndSubjectsAreReadAsTheyAreWritten() {
    EventHead head = new EventHead(7, "ab".repeat(32));
    assertThat(EventHead.parse(head.text())).isEqualTo(head);
    for (Actor actor : List.of(Actor.SYSTEM, Actor.ANYBODY, Actor.user("a:b"), Actor.token("t"))) {
      assertThat(Actor.parse(actor.text())).isEqualTo(actor);
    }
    for (Subject subject : List.of(new Subject("log", ""), new Subject("device", "a:b"))) {
      assertThat(Subject.parse(subject.text())).isEqualTo(subject);
    }
    for (String wrong : List.of("", "user", "user:", "system:x", "robot:x", "User:x")) {
      assertThatThrownBy(() -> Actor.parse(wrong)).isInstanceOf(VagusException.class);
    }
    for (String wrong : List.of("", "7", "7:ab", "x:" + "ab".repeat(32))) {
      assertThatThrownBy(() -> EventHead.parse(wrong)).isInstanceOf(VagusException.class);
    }
  }
}
