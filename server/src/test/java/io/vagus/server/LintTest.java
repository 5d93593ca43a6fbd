package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What devices misuse is found on live traffic, of a client that is not our own. */
@Timeout(120)
class LintTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir static Path data;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(data);
    expect(201, server.post("/api/v1/products", "{\"id\":\"any\"}"));
    for (String id : Set.of("good", "careless", "gone")) {
      server.device(id, "any", "");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Mqtt5BlockingClient connect(String id) {
    Mqtt5BlockingClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(server.port("mqtt"))
            .identifier(id)
            .simpleAuth()
            .username(id)
            .password("correct horse".getBytes(UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    return client;
  }

  private static void say(Mqtt5BlockingClient as, String topic, MqttQos qos, boolean retained) {
    as.publishWith()
        .topic(topic)
        .qos(qos)
        .retain(retained)
        .payload("{\"t\":1}".getBytes(UTF_8))
        .send();
  }

  private static void subscribe(Mqtt5BlockingClient as, String filter, MqttQos qos) {
    as.subscribeWith().topicFilter(filter).qos(qos).send();
  }

  private static Set<String> rules(String device) {
    Set<String> rules = new TreeSet<>();
    server
        .get("/api/v1/devices/" + device + "/lint")
        .path("findings")
        .forEach(f -> rules.add(f.path("rule").asString()));
    return rules;
  }

  private static void finds(String device, String... rules) {
    eventually(BOUND, device + " does " + Set.of(rules), () -> rules(device).equals(Set.of(rules)));
  }

  @Test
  void findsEachMisuseWithItsTopicAndWhatToDo() {
    Mqtt5BlockingClient careless = connect("careless");
    subscribe(careless, "v1/careless/commands/+", MqttQos.AT_MOST_ONCE);
    finds("careless", "commands-qos-0");
    subscribe(careless, "v1/careless/twin/desired", MqttQos.AT_MOST_ONCE);
    finds("careless", "commands-qos-0", "desired-qos-0");
    say(careless, "v1/careless/telemetry", MqttQos.EXACTLY_ONCE, false);
    finds("careless", "commands-qos-0", "desired-qos-0", "qos-2");
    say(careless, "v1/careless/telemetry", MqttQos.AT_LEAST_ONCE, true);
    say(careless, "v1/careless/telemetry", MqttQos.AT_LEAST_ONCE, true);
    finds("careless", "commands-qos-0", "desired-qos-0", "qos-2", "retained");
    say(careless, "v1/careless/commands/c1/ack", MqttQos.AT_MOST_ONCE, false);
    finds("careless", "answer-qos-0", "commands-qos-0", "desired-qos-0", "qos-2", "retained");
    careless.disconnect();

    JsonNode list = server.get("/api/v1/lint?rule=retained").path("items");
    assertThat(list).hasSize(1);
    JsonNode retained = list.at("/0/findings/0");
    assertThat(retained.path("count").asInt()).isEqualTo(2);
    assertThat(retained.path("topic").asString()).isEqualTo("v1/careless/telemetry");
    assertThat(retained.path("advice").asString()).contains("publish without it");
  }

  @Test
  void findsNothingInWhatIsRight() {
    Mqtt5BlockingClient good = connect("good");
    subscribe(good, "v1/good/#", MqttQos.AT_LEAST_ONCE);
    say(good, "v1/good/telemetry", MqttQos.AT_LEAST_ONCE, false);
    say(good, "v1/good/telemetry", MqttQos.AT_MOST_ONCE, false);
    good.disconnect();
    assertThat(rules("good")).isEmpty();
  }

  @Test
  void forgetsADeviceThatIsDeleted() {
    Mqtt5BlockingClient gone = connect("gone");
    subscribe(gone, "v1/gone/#", MqttQos.AT_MOST_ONCE);
    gone.disconnect();
    finds("gone", "commands-qos-0", "desired-qos-0");
    expect(204, server.as(server.token(), "DELETE", "/api/v1/devices/gone", ""));
    eventually(
        BOUND,
        "it is forgotten",
        () -> !server.get("/api/v1/lint").toString().contains("\"gone\""));
  }
}
