package io.vagus.sink;

import static io.vagus.sink.SinkFixture.BOUND;
import static io.vagus.sink.SinkFixture.send;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.vagus.kit.VagusException;
import io.vagus.rule.Action;
import io.vagus.rule.InMemoryOutbox;
import io.vagus.rule.Sink;
import io.vagus.rule.SinkDeadLetter;
import io.vagus.rule.SinkState;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WebhookTest {
  @TempDir Path folder;
  private SinkFixture fixture;

  @BeforeEach
  void start() {
    fixture = new SinkFixture(folder);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private SinkState state(String sink) {
    return fixture.sinks.find(sink).orElseThrow();
  }

  private void awaitDelivered(String sink, int count) {
    eventually(BOUND, count + " delivered to " + sink, () -> state(sink).delivered() == count);
  }

  private SinkDeadLetter awaitDeadLetter(String sink) {
    eventually(BOUND, "a dead letter of " + sink, () -> state(sink).deadLetters() == 1);
    return fixture.sinks.deadLetters(sink, Optional.empty(), 10).items().getFirst();
  }

  @Test
  void postsTheFiringWithItsIdAndASignatureThatVerifies() throws Exception {
    byte[] key = new byte[32];
    String secret = "whsec_" + Base64.getEncoder().encodeToString(key);
    try (Receiver receiver = Receiver.willing()) {
      var unused =
          fixture.sinks.put(
              "erp",
              new Sink.Order(
                  Sink.Kind.WEBHOOK,
                  "",
                  Map.of("url", receiver.url(), "header.X-Team", "heating"),
                  Map.of(
                      "signing",
                      Optional.of(secret),
                      "header.Authorization",
                      Optional.of("Bearer t"))));
      fixture.fire(7, "pump-1", new Action.Send("erp", Optional.empty()));
      awaitDelivered("erp", 1);

      Receiver.Post post = receiver.posts().getFirst();
      assertThat(post.id()).isEqualTo("overheat~1~7~0~0");
      assertThat(post.body())
          .contains("\"rule\":\"overheat\"", "\"device\":\"pump-1\"", "\"phase\":\"raised\"")
          .contains("\"seen\":{\"readings.temperature.value\":81.5}");
      assertThat(post.headers().getFirst("X-Team")).isEqualTo("heating");
      assertThat(post.headers().getFirst("Authorization")).isEqualTo("Bearer t");
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      String signed =
          post.id() + "." + post.headers().getFirst("webhook-timestamp") + "." + post.body();
      assertThat(post.headers().getFirst("webhook-signature"))
          .isEqualTo(
              "v1,"
                  + Base64.getEncoder()
                      .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
    }
  }

  @Test
  void triesAgainAfter500AndKeepsTheOrderOfADevice() {
    try (Receiver receiver =
        new Receiver((exchange, n) -> exchange.sendResponseHeaders(n <= 3 ? 500 : 200, -1))) {
      fixture.webhook("erp", receiver.url());
      for (int i = 0; i < 20; i++) {
        fixture.fire(i, "pump-1", send("erp", i));
      }
      awaitDelivered("erp", 20);
      List<String> distinct = receiver.bodies().stream().distinct().toList();
      assertThat(distinct).hasSize(20).isEqualTo(distinct.stream().sorted(this::byNumber).toList());
      assertThat(receiver.posts()).hasSize(23);
      assertThat(state("erp").failed()).isEqualTo(3);
      assertThat(state("erp").lastError().orElseThrow().why()).isEqualTo("answered 500");
    }
  }

  private int byNumber(String a, String b) {
    return Integer.compare(a.length(), b.length()) == 0 ? a.compareTo(b) : a.length() - b.length();
  }

  @Test
  void waitsAsLongAsRetryAfterSays() {
    long[] at = new long[2];
    try (Receiver receiver =
        new Receiver((exchange, n) -> {
          at[n - 1] = System.nanoTime();
          exchange.getResponseHeaders().set("Retry-After", "1");
          exchange.sendResponseHeaders(n == 1 ? 429 : 200, -1);
        })) {
      fixture.webhook("erp", receiver.url());
      fixture.fire(1, "pump-1", send("erp", 1));
      awaitDelivered("erp", 1);
      assertThat(Duration.ofNanos(at[1] - at[0])).isGreaterThan(Duration.ofMillis(990));
    }
  }

  @Test
  void keepsWhatIsRefusedAsADeadLetterUntilItIsReplayed() {
    int[] status = {400};
    try (Receiver receiver =
        new Receiver((exchange, n) -> exchange.sendResponseHeaders(status[0], -1))) {
      fixture.webhook("erp", receiver.url());
      fixture.fire(1, "pump-1", send("erp", 1));
      SinkDeadLetter letter = awaitDeadLetter("erp");
      assertThat(letter.why()).isEqualTo("answered 400");
      assertThat(letter.body()).isEqualTo("{\"n\":1}");
      assertThat(letter.attempts()).isEqualTo(1);
      assertThat(fixture.sinks.replay("erp", 10).why()).isEqualTo("answered 400");

      status[0] = 200;
      assertThat(fixture.sinks.replay("erp", 10).delivered()).isEqualTo(1);
      assertThat(state("erp").deadLetters()).isZero();
      assertThat(receiver.posts()).hasSize(3).allMatch(p -> p.id().equals(letter.id()));
    }
  }

  @Test
  void givesUpOnOneThatHangsAtItsTimeoutAndTriesAgain() {
    CountDownLatch never = new CountDownLatch(1);
    try (Receiver receiver =
        new Receiver((exchange, n) -> {
          if (n == 1) {
            never.await();
          }
          exchange.sendResponseHeaders(200, -1);
        })) {
      fixture.webhook("erp", receiver.url(), "timeout=200ms");
      fixture.fire(1, "pump-1", send("erp", 1));
      awaitDelivered("erp", 1);
      assertThat(receiver.posts()).hasSize(2);
    }
  }

  @Test
  void readsABoundedPartOfAnAnswerThatHasNoEnd() {
    try (Receiver receiver =
        new Receiver((exchange, n) -> {
          exchange.sendResponseHeaders(200, 0);
          endless(exchange);
        })) {
      fixture.webhook("erp", receiver.url(), "timeout=60s"); // which nothing here waits for
      fixture.fire(1, "pump-1", send("erp", 1));
      awaitDelivered("erp", 1);
      fixture.fire(2, "pump-1", send("erp", 2));
      awaitDelivered("erp", 2);
      assertThat(state("erp").failed()).isZero();
    }
  }

  private static void endless(HttpExchange exchange) {
    byte[] much = new byte[8192];
    try {
      while (true) {
        exchange.getResponseBody().write(much);
      }
    } catch (IOException e) {
      // The other side had enough.
    }
  }

  @Test
  void followsNoRedirectToAnInsideAddress() {
    try (Receiver inside = Receiver.willing();
        Receiver receiver =
            new Receiver((exchange, n) -> {
              exchange
                  .getResponseHeaders()
                  .set("Location", "http://[::1]:" + inside.port() + "/latest/meta-data");
              exchange.sendResponseHeaders(307, -1);
            })) {
      fixture.webhook("erp", receiver.url()); // 127.0.0.0/8 is allowed here, ::1 is not
      fixture.fire(1, "pump-1", send("erp", 1));
      assertThat(awaitDeadLetter("erp").why()).contains("inside address");
      assertThat(inside.posts()).isEmpty();
    }
  }

  @Test
  void followsATemporaryRedirectToAnAllowedAddressWithoutItsSecretHeaders() {
    try (Receiver there = Receiver.willing();
        Receiver receiver =
            new Receiver((exchange, n) -> {
              exchange.getResponseHeaders().set("Location", there.url());
              exchange.sendResponseHeaders(308, -1);
            })) {
      var unused =
          fixture.sinks.put(
              "erp",
              new Sink.Order(
                  Sink.Kind.WEBHOOK,
                  "",
                  Map.of("url", receiver.url()),
                  Map.of("header.Authorization", Optional.of("Bearer t"))));
      fixture.fire(1, "pump-1", send("erp", 1));
      awaitDelivered("erp", 1);
      assertThat(receiver.posts().getFirst().headers().getFirst("Authorization")).isNotNull();
      assertThat(there.posts().getFirst().headers().getFirst("Authorization")).isNull();
      assertThat(there.bodies()).containsExactly("{\"n\":1}");
    }
  }

  @Test
  void refusesARedirectThatChangesTheMethod() {
    try (Receiver receiver =
        new Receiver((exchange, n) -> {
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          exchange.sendResponseHeaders(302, -1);
        })) {
      fixture.webhook("erp", receiver.url());
      fixture.fire(1, "pump-1", send("erp", 1));
      assertThat(awaitDeadLetter("erp").why()).isEqualTo("answered 302 to /elsewhere");
    }
  }

  @Test
  void refusesAnInsideAddressWhenItIsSaved() {
    for (String host :
        List.of("10.1.2.3", "169.254.169.254", "[::1]", "[fd00:ec2::254]", "192.168.0.1")) {
      assertThatThrownBy(() -> fixture.webhook("erp", "http://" + host + "/"))
          .isInstanceOf(VagusException.class)
          .hasMessageContaining("inside address");
    }
    assertThat(fixture.sinks.find("erp")).isEmpty();
  }

  @Test
  void refusesANameThatResolvesInsideEvenWhenItDidNotBefore() {
    try (Receiver receiver = Receiver.willing()) {
      InetAddress[] now = {InetAddress.ofLiteral("127.0.0.1")};
      fixture.close();
      fixture =
          new SinkFixture(
              folder,
              new InMemoryOutbox(),
              SinkFixture.LOOPBACK,
              SinkFixture.QUICK,
              host -> now.clone());
      fixture.webhook("erp", "http://hooks.example.com:" + receiver.port() + "/");
      fixture.fire(1, "pump-1", send("erp", 1));
      awaitDelivered("erp", 1);

      fixture.webhook("erp", "http://hooks.example.com:" + receiver.port() + "/again");
      now[0] = InetAddress.ofLiteral("10.0.0.1"); // rebound
      fixture.fire(2, "pump-1", send("erp", 2));
      assertThat(awaitDeadLetter("erp").why())
          .contains("hooks.example.com is at 10.0.0.1, an inside address");
      assertThat(receiver.posts()).hasSize(1);
    }
  }

  @Test
  void refusesACertificateThatNobodyKnownSigned() throws Exception {
    try (SelfSignedServer server = new SelfSignedServer()) {
      fixture.webhook("erp", server.url());
      fixture.fire(1, "pump-1", send("erp", 1));
      eventually(BOUND, "it fails", () -> state("erp").lastError().isPresent());
      assertThat(state("erp").lastError().orElseThrow().why()).contains("SSL");
      assertThat(server.requests()).isZero();
      assertThat(state("erp").deadLetters()).isZero();
    }
  }

  @Test
  void postsBatchesAndSinglesOutWhatIsRefused() {
    CountDownLatch filled = new CountDownLatch(1);
    Receiver[] self = new Receiver[1];
    try (Receiver receiver =
        new Receiver((exchange, n) -> {
          if (n == 1) {
            filled.await(); // so that the next post is a batch
          }
          boolean poison = self[0].bodies().get(n - 1).contains("{\"n\":13}");
          exchange.sendResponseHeaders(poison ? 422 : 200, -1);
        })) {
      self[0] = receiver;
      fixture.webhook("erp", receiver.url(), "batch=100", "parallel=1");
      fixture.fire(0, "pump-1", send("erp", 0));
      eventually(BOUND, "the first is under way", () -> receiver.posts().size() == 1);
      for (int i = 1; i < 50; i++) {
        fixture.fire(i, "pump-1", send("erp", i));
      }
      eventually(BOUND, "50 wait", () -> state("erp").lag() == 50);
      filled.countDown();
      awaitDelivered("erp", 49);
      assertThat(awaitDeadLetter("erp").body()).isEqualTo("{\"n\":13}");
      assertThat(receiver.bodies().get(1)).startsWith("[{\"id\":\"overheat~1~").contains("},{");
    }
  }

  @Test
  void saysWhatIsWrongWithItsSettings() {
    assertThatThrownBy(() -> fixture.webhook("erp", "ftp://example.com/"))
        .hasMessageContaining("config.url: \"ftp://example.com/\"");
    assertThatThrownBy(() -> fixture.webhook("erp", "https://u:p@example.com/"))
        .hasMessageContaining("without user");
    assertThatThrownBy(() -> fixture.webhook("erp", "https://example.com/", "timout=1s"))
        .hasMessageContaining("config.timout: unknown")
        .hasMessageContaining("timeout");
    assertThatThrownBy(() -> fixture.webhook("erp", "https://example.com/", "batch=0"))
        .hasMessageContaining("config.batch: \"0\" (expected: a whole number from 1 to 1000)");
    assertThatThrownBy(() -> fixture.webhook("erp", "https://example.com/", "header.Host=x"))
        .hasMessageContaining("config.header.Host");
    assertThatThrownBy(() ->
            fixture.sinks.put(
                "erp",
                new Sink.Order(
                    Sink.Kind.WEBHOOK,
                    "",
                    Map.of("url", "https://example.com/"),
                    Map.of("signing", Optional.of("hunter2")))))
        .hasMessageContaining("secrets.signing")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> fixture.webhook("command", "https://example.com/"))
        .hasMessageContaining("part of the platform");
  }

  @Test
  void testsASinkOnce() {
    try (Receiver receiver = Receiver.willing();
        Receiver broken = Receiver.answering(503)) {
      fixture.webhook("erp", receiver.url());
      fixture.webhook("broken", broken.url());
      assertThat(fixture.sinks.test("erp").delivered()).isTrue();
      assertThat(receiver.bodies()).containsExactly("{\"test\":true,\"sink\":\"erp\"}");
      assertThat(fixture.sinks.test("broken").why()).isEqualTo("answered 503");
      assertThat(broken.posts()).hasSize(1);
    }
  }
}
