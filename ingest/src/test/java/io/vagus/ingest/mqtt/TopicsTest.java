package io.vagus.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private static final String[] LEVELS = {"a", "b", "", "+", "#", "$x", "v1"};

  @Test
  void coversWhatTheGrantCovers() {
    assertThat(Topics.covers("v1/+/telemetry", "v1/d1/telemetry")).isTrue();
    assertThat(Topics.covers("v1/+/telemetry", "v1/+/telemetry")).isTrue();
    assertThat(Topics.covers("v1/d1/telemetry", "v1/+/telemetry")).isFalse();
    assertThat(Topics.covers("a/#", "a")).isTrue();
    assertThat(Topics.covers("a/#", "a/#")).isTrue();
    assertThat(Topics.covers("a/+", "a/#")).isFalse();
    assertThat(Topics.covers("#", "$SYS/x")).isFalse();
    assertThat(Topics.covers("$SYS/#", "$SYS/x")).isTrue();
    assertThat(Topics.covers("+/x", "#")).isFalse();
  }

  /** The tree and the plain comparison agree, through adding and removing. */
  @Test
  void trieAgreesWithComparison() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      SubscriptionTrie<Integer> trie = new SubscriptionTrie<>();
      List<Subscription> held = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Subscription s = new Subscription(random(random, true), 0, false, false, 0, 0);
        trie.add(i, s);
        held.add(s);
      }
      for (int i = 0; i < 4; i++) {
        assertThat(trie.remove(i, held.get(i))).isTrue();
        held.set(i, null);
      }
      String topic = random(random, false);
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < held.size(); i++) {
        if (held.get(i) != null && Topics.matches(held.get(i).filter(), topic)) {
          expected.add(i);
        }
      }
      assertThat(matches(trie, topic))
          .as("seed %d: %s in %s", seed, topic, held)
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(trie.hasMatch(topic)).as("seed %d", seed).isEqualTo(!expected.isEmpty());
    }
  }

  private static List<Integer> matches(SubscriptionTrie<Integer> trie, String topic) {
    List<Integer> found = new ArrayList<>();
    trie.match(
        topic,
        new SubscriptionTrie.Visitor<>() {
          @Override
          public void subscriber(Integer session, Subscription subscription) {
            found.add(session);
          }

          @Override
          public void share(SubscriptionTrie.Share<Integer> share) {}
        });
    return found;
  }

  private static String random(Random random, boolean filter) {
    while (true) {
      StringBuilder s = new StringBuilder();
      int levels = 1 + random.nextInt(4);
      for (int i = 0; i < levels; i++) {
        s.append(i == 0 ? "" : "/").append(LEVELS[random.nextInt(LEVELS.length)]);
      }
      String made = s.toString();
      if (filter ? Topics.isWellFormedFilter(made) : Topics.isValidName(made)) {
        return made;
      }
    }
  }
}
