package io.vagus.ingest.http;

import static io.vagus.ingest.http.Http.READING;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.ingest.IngestFixture;
import io.vagus.ingest.IngestFixture.Options;
import io.vagus.kit.DataSize;
import io.vagus.ledger.MessageId;
import io.vagus.model.Channel;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.Transport;
import io.vagus.registry.Registry;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpIngestTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private IngestFixture fixture = new IngestFixture();

  @AfterEach
  void close() {
    client.close();
    fixture.close();
  }

  private void restart(Options options) {
    fixture.close();
    fixture = new IngestFixture(options);
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return Http.send(client, Http.post(fixture.http(), path, body));
  }

  @Test
  void answersWithTheIdOfWhatTheJournalHolds() throws Exception {
    HttpResponse<String> response =
        Http.send(
            client,
            Http.post(fixture.http(), "/v1/t-1/telemetry", READING)
                .header("Content-Type", "Application/JSON; charset=utf-8")
                .header("Idempotency-Key", "a7f"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"id\":\"m-0\",\"status\":\"accepted\"}\n");
    assertThat(response.headers().firstValue("date")).isPresent();
    assertThat(MessageId.parse("m-0")).contains(new MessageId(0));
    Envelope kept = fixture.envelopes().getFirst();
    assertThat(kept.device()).isEqualTo(new DeviceId("t-1"));
    assertThat(kept.channel()).isEqualTo(Channel.TELEMETRY);
    assertThat(kept.transport()).isEqualTo(Transport.HTTP);
    assertThat(kept.contentType()).isEqualTo("application/json");
    assertThat(kept.messageId()).contains("a7f");
    assertThat(kept.product()).isEqualTo("thermometer");
    assertThat(new String(kept.payload(), StandardCharsets.UTF_8)).isEqualTo(READING);
  }

  @Test
  void answersOnlyWhenDurable() throws Exception {
    fixture.journal.hold();
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(
            Http.post(fixture.http(), "/v1/t-1/telemetry", READING).build(),
            HttpResponse.BodyHandlers.ofString());
    eventually(SOON, "the journal has it", () -> fixture.journal.held() == 1);

    assertThat(response).isNotDone();
    assertThat(fixture.ingest.arrivals().durable(Transport.HTTP)).isZero();

    fixture.journal.release();
    assertThat(response.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(fixture.ingest.arrivals().durable(Transport.HTTP)).isEqualTo(1);
  }

  @Test
  void takesEveryChannelOfTheContract() throws Exception {
    for (String channel : List.of("telemetry", "events", "logs", "twin/reported", "time")) {
      assertThat(post("/v1/t-1/" + channel + "?x=1", READING).statusCode()).isEqualTo(200);
    }
    assertThat(fixture.envelopes().stream().map(Envelope::channel))
        .containsExactly(Channel.values());
  }

  @Test
  void tellsTheTimeToWhoAsks() throws Exception {
    String answer = post("/v1/t-1/time", "{\"t0\": 17}").body();

    assertThat(answer).containsPattern("\"t0\":17,\"t1\":\\d{16},\"t2\":\\d{16}}");
  }

  @Test
  void countsABatchAsOneMessage() throws Exception {
    assertThat(post("/v1/t-1/telemetry", "[" + READING + "," + READING + "]").statusCode())
        .isEqualTo(200);
    assertThat(fixture.ingest.arrivals().received(Transport.HTTP)).isEqualTo(1);
  }

  @Test
  void inflatesGzip() throws Exception {
    HttpResponse<String> response =
        Http.send(
            client,
            Http.post(fixture.http(), "/v1/t-1/telemetry", "")
                .header("Content-Encoding", "gzip")
                .POST(
                    BodyPublishers.ofByteArray(
                        Http.gzip(READING.getBytes(StandardCharsets.UTF_8)))));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(new String(fixture.envelopes().getFirst().payload(), StandardCharsets.UTF_8))
        .isEqualTo(READING);
  }

  @Test
  void refusesABombWithoutInflatingIt() throws Exception {
    byte[] bomb = Http.gzip(new byte[64 << 20]);
    HttpResponse<String> response =
        Http.send(
            client,
            Http.post(fixture.http(), "/v1/t-1/telemetry", "")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(bomb)));

    assertThat(bomb).hasSizeLessThan(256 << 10);
    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void refusesWhatSaysGzipAndIsNot() throws Exception {
    HttpResponse<String> response =
        Http.send(
            client,
            Http.post(fixture.http(), "/v1/t-1/telemetry", READING)
                .header("Content-Encoding", "gzip"));

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("\"code\":\"payload-malformed\"");
    assertThat(fixture.envelopes()).isEmpty();
  }

  @Test
  void refusesOtherEncodings() throws Exception {
    HttpResponse<String> response =
        Http.send(
            client,
            Http.post(fixture.http(), "/v1/t-1/telemetry", READING)
                .header("Content-Encoding", "br"));

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.headers().firstValue("accept-encoding")).contains("gzip, identity");
  }

  @Test
  void keepsADeadLetterAndSaysWhy() throws Exception {
    HttpResponse<String> response = post("/v1/t-1/telemetry", "{\"temperature\": 451}");

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(response.body())
        .contains("\"code\":\"value-out-of-range\"", "451", "\"id\":\"m-0\"", "\"status\":422");
    assertThat(fixture.envelopes()).hasSize(1);
    assertThat(fixture.ingest.arrivals().durable(Transport.HTTP)).isEqualTo(1);
  }

  @Test
  void saysWhichContentTypesItKnows() throws Exception {
    HttpResponse<String> response =
        Http.send(
            client,
            Http.post(fixture.http(), "/v1/t-1/telemetry", READING)
                .header("Content-Type", "text/html"));

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("content-type-unknown");
  }

  @Test
  void takesCurlsFormTypeForNone() throws Exception {
    HttpResponse<String> response =
        Http.send(
            client,
            Http.post(fixture.http(), "/v1/t-1/telemetry", READING)
                .header("Content-Type", "application/x-www-form-urlencoded"));

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void refusesWhoIsNobody() throws Exception {
    var anonymous =
        Http.request(fixture.http(), "/v1/t-1/telemetry").POST(BodyPublishers.ofString(READING));
    HttpResponse<String> response = Http.send(client, anonymous);

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("www-authenticate").orElse("")).startsWith("Basic ");
    assertThat(Http.send(client, anonymous.header("Authorization", "Bearer abc")).statusCode())
        .isEqualTo(401);
  }

  @Test
  void refusesAWrongPassword() throws Exception {
    var request =
        Http.request(fixture.http(), "/v1/t-1/telemetry")
            .header("Authorization", Http.basic("t-1", "incorrect horse"))
            .POST(BodyPublishers.ofString(READING));

    assertThat(Http.send(client, request).statusCode()).isEqualTo(401);
    assertThat(fixture.envelopes()).isEmpty();
  }

  @Test
  void refusesToSpeakForAnotherDevice() throws Exception {
    HttpResponse<String> response = post("/v1/t-2/telemetry", READING);

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("\"code\":\"not-authorized\"", "t-2");
    assertThat(fixture.envelopes()).isEmpty();
  }

  @Test
  void refusesASuspendedDeviceFromTheNextRequestOn() throws Exception {
    assertThat(post("/v1/t-1/telemetry", READING).statusCode()).isEqualTo(200);
    Device suspended =
        fixture.registry.updateDevice(
            new DeviceId("t-1"),
            Registry.DevicePatch.NOTHING.withStatus(Device.Status.SUSPENDED),
            OptionalLong.empty());

    assertThat(suspended.status()).isEqualTo(Device.Status.SUSPENDED);
    assertThat(post("/v1/t-1/telemetry", READING).statusCode()).isEqualTo(403);
  }

  @Test
  void limitsAChattyDeviceByItsProduct() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(chatty().statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused = chatty();

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after")).contains("20");
    assertThat(refused.body()).contains("rate-exceeded");
  }

  private HttpResponse<String> chatty() throws Exception {
    return Http.send(
        client,
        Http.request(fixture.http(), "/v1/c-1/telemetry")
            .header("Authorization", Http.basic("c-1", IngestFixture.SECRET))
            .POST(BodyPublishers.ofString(READING)));
  }

  @Test
  void refusesWhatIsTooLargeWhetherItSaysSoOrNot() throws Exception {
    restart(
        Options.DEFAULTS.withLimits(
            IngestFixture.limits(new DataSize(1000), SOON, SOON, SOON, 64)));
    byte[] large = new byte[1001];

    assertThat(
            Http.send(
                    client,
                    Http.post(fixture.http(), "/v1/t-1/telemetry", "")
                        .POST(BodyPublishers.ofByteArray(large)))
                .statusCode())
        .isEqualTo(413);
    assertThat(
            Http.send(
                    client,
                    Http.post(fixture.http(), "/v1/t-1/telemetry", "")
                        .POST(BodyPublishers.ofByteArrays(List.of(large))))
                .statusCode())
        .isEqualTo(413);
    assertThat(post("/v1/t-1/telemetry", READING).statusCode()).isEqualTo(200);
  }

  @Test
  void answersBeforeAnEndlessBodyEnds() throws Exception {
    try (Socket socket = Http.connect(fixture.http())) {
      String head = Http.raw("t-1", "").replace("Content-Length: 0", "Content-Length: 99999999");
      Http.say(socket, head);
      String chunk = "x".repeat(1 << 16);
      for (int i = 0; i < 20; i++) {
        Http.say(socket, chunk);
      }
      assertThat(Http.readToEnd(socket)).startsWith("HTTP/1.1 413 ").contains("connection: close");
    }
  }

  @Test
  void letsAClientAskBeforeItSendsTheBody() throws Exception {
    try (Socket socket = Http.connect(fixture.http())) {
      String request = Http.raw("t-1", READING, "Expect: 100-continue");
      int cut = request.indexOf("\r\n\r\n") + 4;
      Http.say(socket, request.substring(0, cut));
      assertThat(Http.readUntil(socket, "\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      Http.say(socket, request.substring(cut));
      assertThat(Http.readUntil(socket, "}\n")).startsWith("HTTP/1.1 200 ");
    }
    try (Socket socket = Http.connect(fixture.http())) {
      String refused =
          Http.raw("t-1", READING, "Expect: 100-continue")
              .replace(
                  Http.basic("t-1", IngestFixture.SECRET), Http.basic("t-1", "incorrect horse"));
      Http.say(socket, refused.substring(0, refused.indexOf("\r\n\r\n") + 4));
      assertThat(Http.readToEnd(socket)).startsWith("HTTP/1.1 401 ");
    }
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    int requests = 300;
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < requests; i++) {
      // Every third is refused at once, and must wait for its turn all the same.
      all.append(Http.raw(i % 3 == 2 ? "t-2" : "t-1", "{\"temperature\": " + i % 100 + "}"));
    }
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(socket, all.toString());
      for (int i = 0; i < requests; i++) {
        String answer = Http.readUntil(socket, "}\n");
        assertThat(answer).startsWith(i % 3 == 2 ? "HTTP/1.1 403 " : "HTTP/1.1 200 ");
      }
    }
    assertThat(
            fixture.envelopes().stream().map(e -> new String(e.payload(), StandardCharsets.UTF_8)))
        .containsExactlyElementsOf(
            IntStream.range(0, requests)
                .filter(i -> i % 3 != 2)
                .mapToObj(i -> "{\"temperature\": " + i % 100 + "}")
                .toList());
  }

  @Test
  void holdsNoMoreUnansweredThanItsLimit() throws Exception {
    restart(
        Options.DEFAULTS.withLimits(
            IngestFixture.limits(IngestFixture.LIMITS.maxPayload(), SOON, SOON, SOON, 4)));
    assertThat(post("/v1/t-1/telemetry", READING).statusCode()).isEqualTo(200);
    fixture.journal.hold();
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(socket, Http.raw("t-1", READING).repeat(50));
      eventually(SOON, "some are in flight", () -> fixture.journal.held() > 0);
      fixture.journal.release();
      for (int i = 0; i < 50; i++) {
        assertThat(Http.readUntil(socket, "}\n")).startsWith("HTTP/1.1 200 ");
      }
    }
    assertThat(fixture.ingest.arrivals().durable(Transport.HTTP)).isEqualTo(51);
  }

  @Test
  void closesWhenTheClientWantsIt() throws Exception {
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(socket, Http.raw("t-1", READING, "Connection: close"));
      assertThat(Http.readToEnd(socket)).startsWith("HTTP/1.1 200 ").contains("connection: close");
    }
    try (Socket socket = Http.connect(fixture.http())) {
      Http.say(socket, Http.raw("t-1", READING).replace("HTTP/1.1", "HTTP/1.0"));
      assertThat(Http.readToEnd(socket)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void knowsOnlyTheContractsPathsAndMethod() throws Exception {
    assertThat(post("/v1/t-1/nonsense", READING).statusCode()).isEqualTo(404);
    assertThat(post("/v1/t-1", READING).statusCode()).isEqualTo(404);
    assertThat(post("/v1/%00/telemetry", READING).statusCode()).isEqualTo(404);
    assertThat(post("/v1/%74%2d1/telemetry", READING).statusCode()).isEqualTo(200);
    HttpResponse<String> got =
        Http.send(client, Http.request(fixture.http(), "/v1/t-1/telemetry").GET());
    assertThat(got.statusCode()).isEqualTo(405);
    assertThat(got.headers().firstValue("allow")).contains("POST");
    assertThat(fixture.ingest.arrivals().received(Transport.HTTP)).isEqualTo(1);
  }

  @Test
  void letsAnyoneBeAnyDeviceWhenOpen() throws Exception {
    restart(Options.DEFAULTS.asOpen());
    for (String device : List.of("t-1", "unheard-of")) {
      var request =
          Http.request(fixture.http(), "/v1/" + device + "/telemetry")
              .POST(BodyPublishers.ofString(READING));
      assertThat(Http.send(client, request).statusCode()).isEqualTo(200);
    }
    assertThat(fixture.envelopes().stream().map(Envelope::product))
        .containsExactly("thermometer", "open");
  }
}
