package io.vagus.sink;

import static io.vagus.sink.SinkFixture.send;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.rule.InMemoryOutbox;
import io.vagus.rule.Sink;
import io.vagus.rule.SinkState;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One broker for the class: it takes seconds to start. */
@Timeout(180)
class KafkaTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int DEVICES = 20;

  @TempDir Path folder;

  private static SinkState state(SinkFixture fixture) {
    return fixture.sinks.find("lake").orElseThrow();
  }

  @Test
  void losesNothingWhenTheBrokerIsDownAndIsKilledInTheMiddle() throws Exception {
    Path data = Files.createDirectory(folder.resolve("kafka"));
    try (KafkaBroker broker = new KafkaBroker(data);
        SinkFixture fixture =
            new SinkFixture(
                folder,
                new InMemoryOutbox(),
                SinkFixture.LOOPBACK,
                SinkFixture.QUICK,
                InetAddress::getAllByName)) {
      var unused =
          fixture.sinks.put(
              "lake",
              new Sink.Order(
                  Sink.Kind.KAFKA,
                  "",
                  Map.of("servers", broker.address(), "topic", "firings"),
                  Map.of()));
      fire(fixture, 0, 1000);
      eventually(BOUND, "it fails while none is there", () -> state(fixture).failed() > 0);
      broker.start();
      eventually(BOUND, "some arrive", () -> state(fixture).delivered() >= 1000);

      fire(fixture, 1000, 20_000);
      eventually(BOUND, "more arrive", () -> state(fixture).delivered() >= 3000);
      broker.kill();
      assertThat(state(fixture).lag()).isPositive();
      broker.start();
      eventually(BOUND, "all arrive", () -> state(fixture).delivered() == 20_000);
      assertThat(state(fixture).deadLetters()).isZero();

      Map<String, List<Integer>> numbers = read(broker.address(), 20_000);
      assertThat(numbers).hasSize(DEVICES);
      numbers.values().forEach(ofDevice -> assertThat(ofDevice).isSorted().hasSize(1000));
    }
  }

  private static void fire(SinkFixture fixture, int from, int to) {
    for (int i = from; i < to; i++) {
      fixture.fire(i, "pump-" + i % DEVICES, send("lake", i));
    }
  }

  /** By key, in order: of what came twice the last. */
  private static Map<String, List<Integer>> read(String address, int count) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", address);
    settings.put("group.id", "test");
    settings.put("auto.offset.reset", "earliest");
    Map<String, Map<String, Integer>> byDevice = new TreeMap<>();
    Set<String> ids = new java.util.HashSet<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("firings"));
      eventually(
          BOUND,
          count + " are read",
          () -> {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
              String id =
                  new String(
                      record.headers().lastHeader("vagus-id").value(), StandardCharsets.UTF_8);
              ids.add(id);
              Map<String, Integer> seen =
                  byDevice.computeIfAbsent(record.key(), k -> new LinkedHashMap<>());
              seen.remove(id);
              seen.put(id, Integer.parseInt(record.value().replaceAll("\\D", "")));
            }
            return ids.size() == count;
          });
    }
    Map<String, List<Integer>> numbers = new TreeMap<>();
    byDevice.forEach((device, seen) -> numbers.put(device, new ArrayList<>(seen.values())));
    return numbers;
  }
}
