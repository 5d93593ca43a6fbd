package io.vagus.ingest.http;

import static io.vagus.ingest.http.Http.READING;
import static io.vagus.testkit.Eventually.eventually;
import static io.vagus.testkit.Eventually.settles;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.ingest.IngestFixture;
import io.vagus.ingest.IngestFixture.Options;
import io.vagus.ingest.LimitsConfig;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Envelope;
import io.vagus.model.Refusals;
import io.vagus.model.Transport;
import io.vagus.testkit.ManualClock;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpFaultTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(200);

  private final ManualClock clock = new ManualClock(0);

  private static LimitsConfig timeouts(Duration head, Duration request, Duration idle) {
    return IngestFixture.limits(IngestFixture.LIMITS.maxPayload(), head, request, idle, 64);
  }

  private static IngestFixture withTimeouts(Duration head, Duration request, Duration idle) {
    return new IngestFixture(Options.DEFAULTS.withLimits(timeouts(head, request, idle)));
  }

  /** Time passes only as the test says. */
  private IngestFixture byHand(LimitsConfig limits) {
    return new IngestFixture(Options.DEFAULTS.withLimits(limits).withClock(clock));
  }

  private static void postOnce(Socket socket) throws IOException {
    Http.say(socket, Http.raw("t-1", READING));
    assertThat(Http.readUntil(socket, "}\n")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void cutsOffAHeadThatDrips() throws Exception {
    try (IngestFixture fixture = byHand(timeouts(SHORT, LONG, LONG));
        Socket socket = Http.connect(fixture.http())) {
      postOnce(socket);
      String answer = drip(socket, "GET / HTTP/1.1\r\nX-Slow: " + "y".repeat(1000));
      assertThat(answer).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void cutsOffABodyThatDrips() throws Exception {
    try (IngestFixture fixture = byHand(timeouts(LONG, SHORT, LONG));
        Socket socket = Http.connect(fixture.http())) {
      String head = Http.raw("t-1", "").replace("Content-Length: 0", "Content-Length: 5000");
      Http.say(socket, head);
      assertThat(drip(socket, "x".repeat(1000))).startsWith("HTTP/1.1 408 ");
      fixture.ingest.close();
      assertThat(fixture.tallies())
          .containsExactly(new Refusals.Tally(Transport.HTTP, ErrorCode.KEEP_ALIVE_TIMEOUT, 1));
    }
  }

  /** Byte by byte, and time passes, until the server answers. */
  private String drip(Socket socket, String text) throws IOException {
    int[] sent = {0};
    eventually(
        LONG,
        "an answer",
        () -> {
          clock.advance(Duration.ofMillis(1));
          return sent[0] == text.length() || isAnswered(socket, text.substring(sent[0], ++sent[0]));
        });
    return Http.readToEnd(socket);
  }

  private static boolean isAnswered(Socket socket, String part) {
    try {
      Http.say(socket, part);
      return socket.getInputStream().available() > 0;
    } catch (IOException e) {
      return true; // closed while dripping: what was answered can still be read
    }
  }

  @Test
  void closesAConnectionThatSaysNothing() throws Exception {
    try (IngestFixture fixture = withTimeouts(SHORT, LONG, LONG);
        Socket socket = Http.connect(fixture.http())) {
      assertThat(Http.readToEnd(socket)).isEmpty();
    }
  }

  @Test
  void closesAConnectionWhoseClientIsGone() throws Exception {
    try (IngestFixture fixture = withTimeouts(LONG, LONG, SHORT);
        Socket socket = Http.connect(fixture.http())) {
      postOnce(socket);
      assertThat(Http.readToEnd(socket)).isEmpty();
    }
  }

  @Test
  void waitsForTheJournalLongerThanForAClient() throws Exception {
    try (IngestFixture fixture = byHand(timeouts(SHORT, SHORT, SHORT));
        Socket socket = Http.connect(fixture.http())) {
      postOnce(socket);
      fixture.journal.hold();
      Http.say(socket, Http.raw("t-1", READING));
      eventually(LONG, "in flight", () -> fixture.journal.held() == 1);
      letAnIdleConnectionTimeOut(fixture);
      letAnIdleConnectionTimeOut(fixture); // whose checks began after time had passed for the other
      fixture.journal.release();
      assertThat(Http.readUntil(socket, "}\n")).startsWith("HTTP/1.1 200 ");
    }
  }

  private void letAnIdleConnectionTimeOut(IngestFixture fixture) throws IOException {
    try (Socket idle = Http.connect(fixture.http())) {
      Http.say(idle, "GET / HTTP/1.1\r\n\r\n");
      assertThat(Http.readUntil(idle, "}\n")).startsWith("HTTP/1.1 503 "); // no API behind it
      clock.advance(SHORT.multipliedBy(3));
      assertThat(Http.readToEnd(idle)).isEmpty();
    }
  }

  @Test
  void saysSoAndStopsReadingWhenTheJournalIsFull() throws Exception {
    try (IngestFixture fixture = new IngestFixture();
        Socket first = Http.connect(fixture.http());
        Socket third = Http.connect(fixture.http())) {
      // Two connections for each of the two event loops: one fills the lane, one is refused.
      postOnce(first);
      postOnce(third);
      fixture.journal.fill();
      Http.say(first, Http.raw("t-1", READING));
      try (SocketChannel flood = SocketChannel.open(fixture.http())) {
        flood.configureBlocking(false);
        long sent = sendUntilStuck(flood);
        assertThat(sent).isLessThan(64 << 20);

        fixture.journal.makeRoom();
        assertThat(Http.readUntil(first, "}\n")).startsWith("HTTP/1.1 200 ");
        postOnce(third);
      }
    }
  }

  private static long sendUntilStuck(SocketChannel channel) {
    byte[] requests = Http.raw("t-1", READING).repeat(200).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer next = ByteBuffer.wrap(requests);
    long[] sent = {0};
    return settles(
        LONG,
        "the socket takes no more",
        () -> {
          try {
            sent[0] += channel.write(next);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          if (!next.hasRemaining()) {
            next.rewind();
          }
          return sent[0];
        });
  }

  @Test
  void tellsWhenToComeBackWhenTheJournalIsFull() throws Exception {
    try (IngestFixture fixture = new IngestFixture();
        Socket socket = Http.connect(fixture.http())) {
      postOnce(socket);
      fixture.journal.fill();
      Http.say(socket, Http.raw("t-1", READING));
      eventually(LONG, "the lane is full", () -> isRefusedOnSameLoop(fixture, socket));
      fixture.journal.makeRoom();
      String answer = Http.readUntil(socket, "}\n");
      assertThat(answer).startsWith("HTTP/1.1 200 ");
      while (answer.startsWith("HTTP/1.1 200 ")) {
        answer = Http.readUntil(socket, "}\n");
      }
      assertThat(answer)
          .startsWith("HTTP/1.1 503 ")
          .contains("retry-after: 1", "\"code\":\"busy\"");
    }
  }

  @Test
  void tellsWhenToComeBackWhileTheJournalStandsStill() throws Exception {
    try (IngestFixture fixture = new IngestFixture();
        Socket waiting = Http.connect(fixture.http());
        Socket late = Http.connect(fixture.http())) {
      fixture.journal.hold();
      Http.say(waiting, Http.raw("t-1", READING));
      eventually(LONG, "in flight", () -> fixture.journal.held() == 1);
      fixture.journal.stall();
      Http.say(late, Http.raw("t-1", READING));
      assertThat(Http.readUntil(late, "}\n"))
          .startsWith("HTTP/1.1 503 ")
          .contains("retry-after: 1", "stands still");
      fixture.journal.goOn();
      assertThat(Http.readUntil(waiting, "}\n")).startsWith("HTTP/1.1 200 ");
      postOnce(late);
      assertThat(fixture.ingest.arrivals().durable(Transport.HTTP)).isEqualTo(2);
    }
  }

  /** Pipelines one more request, which must wait for its turn behind the one in flight. */
  private static boolean isRefusedOnSameLoop(IngestFixture fixture, Socket socket) {
    try {
      Http.say(socket, Http.raw("t-1", READING));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return fixture
            .meters
            .find("vagus.ingest.refused")
            .tag("reason", ErrorCode.BUSY.code())
            .functionCounter()
        != null;
  }

  @Test
  void limitsNewConnectionsByAddress() throws Exception {
    LimitsConfig d = IngestFixture.LIMITS;
    LimitsConfig limits =
        new LimitsConfig(
            d.maxPayload(),
            d.maxConnections(),
            15,
            10,
            false,
            d.wrongPasswords(),
            d.maxBackoff(),
            d.headTimeout(),
            d.requestTimeout(),
            d.idleTimeout(),
            d.maxInFlight());
    List<Socket> sockets = new ArrayList<>();
    try (IngestFixture fixture = byHand(limits)) {
      for (int i = 0; i < 30; i++) {
        sockets.add(Http.connect(fixture.http()));
      }
      // Which of them are the first ten, the event loops decide.
      assertThat(sockets.stream().filter(HttpFaultTest::isServed)).hasSize(10);
      assertThat(refusedConnections(fixture, ErrorCode.CONNECTION_RATE_EXCEEDED)).isEqualTo(20);
      clock.advance(Duration.ofSeconds(1));
      for (int i = 0; i < 6; i++) {
        sockets.add(Http.connect(fixture.http()));
      }
      eventually(
          LONG,
          "the one above the quota",
          () -> refusedConnections(fixture, ErrorCode.QUOTA_EXCEEDED) == 1);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static boolean isServed(Socket socket) {
    try {
      postOnce(socket);
      return true;
    } catch (IOException | AssertionError e) {
      return false;
    }
  }

  private static double refusedConnections(IngestFixture fixture, ErrorCode reason) {
    var counter =
        fixture.meters.find("vagus.ingest.connections.refused").tag("reason", reason.code());
    return counter.counter() == null ? 0 : counter.counter().count();
  }

  @Test
  void countsTenThousandWrongPasswordsAndChecksFew() throws Exception {
    int tries = 10_000;
    int unauthorized = 0;
    int tooMany = 0;
    try (IngestFixture fixture = byHand(IngestFixture.LIMITS)) {
      try (Socket rightful = Http.connect(fixture.http());
          Socket guessing = Http.connect(fixture.http())) {
        postOnce(rightful);
        for (int i = 0; i < tries; i++) {
          Http.say(
              guessing,
              Http.raw("t-1", READING)
                  .replace(
                      Http.basic("t-1", IngestFixture.SECRET),
                      Http.basic("t-1", "password number " + i)));
          String answer = Http.readUntil(guessing, "}\n");
          if (answer.startsWith("HTTP/1.1 401 ")) {
            unauthorized++;
          } else {
            assertThat(answer).startsWith("HTTP/1.1 429 ").contains("retry-after: ");
            tooMany++;
          }
        }
        // Known from memory, so not even its neighbour's guessing keeps it out.
        postOnce(rightful);
      }
      assertThat(unauthorized).isEqualTo(IngestFixture.LIMITS.wrongPasswords());
      fixture.ingest.close();
      assertThat(sum(fixture, ErrorCode.BAD_CREDENTIALS)).isEqualTo(unauthorized);
      assertThat(sum(fixture, ErrorCode.CONNECTION_RATE_EXCEEDED)).isEqualTo(tooMany);
      assertThat(unauthorized + tooMany).isEqualTo(tries);
      eventually(
          LONG,
          "all received",
          () -> fixture.ingest.arrivals().received(Transport.HTTP) == tries + 2);
      assertThat(fixture.ingest.arrivals().durable(Transport.HTTP)).isEqualTo(2);
    }
  }

  private static long sum(IngestFixture fixture, ErrorCode code) {
    return fixture.tallies().stream()
        .filter(tally -> tally.reason() == code)
        .mapToLong(Refusals.Tally::count)
        .sum();
  }

  @Test
  void aJumpOfTheTimeOfDayCostsNobodyAnything() throws Exception {
    long[] times = {1_800_000_000_000_000L, 0, 0};
    ManualClock jumping = new ManualClock(times[0]);
    try (IngestFixture fixture = new IngestFixture(Options.DEFAULTS.withWallClock(jumping));
        Socket socket = Http.connect(fixture.http())) {
      postOnce(socket);
      jumping.jump(Duration.ofDays(2));
      times[1] = jumping.micros();
      postOnce(socket);
      jumping.jump(Duration.ofDays(-3));
      times[2] = jumping.micros();
      postOnce(socket);
      assertThat(fixture.envelopes().stream().mapToLong(Envelope::receivedMicros))
          .containsExactly(times[0], times[1], times[2]);
      assertThat(fixture.ingest.arrivals().received(Transport.HTTP)).isEqualTo(3);
    }
  }

  @Test
  void answersWhatIsInFlightBeforeItStops() throws Exception {
    try (IngestFixture fixture = new IngestFixture();
        Socket socket = Http.connect(fixture.http())) {
      fixture.journal.hold();
      Http.say(socket, Http.raw("t-1", READING));
      eventually(LONG, "in flight", () -> fixture.journal.held() == 1);
      Thread closing = Thread.ofVirtual().start(fixture.ingest::close);
      eventually(LONG, "accepts no more", () -> !accepts(fixture));
      fixture.journal.release();
      assertThat(Http.readToEnd(socket)).startsWith("HTTP/1.1 200 ");
      closing.join();
    }
  }

  private static boolean accepts(IngestFixture fixture) {
    try (Socket probe = Http.connect(fixture.http())) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void survivesAnyBytes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (IngestFixture fixture = withTimeouts(SHORT, SHORT, SHORT);
        ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        byte[] bytes = garbled(random);
        answers.add(tasks.submit(() -> exchange(fixture, bytes)));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get(30, TimeUnit.SECONDS)).as("seed " + seed).matches("(?s)|HTTP/1.1 .*");
      }
      try (Socket socket = Http.connect(fixture.http())) {
        postOnce(socket);
      }
      eventually(
          LONG,
          "all gone",
          () -> fixture.meters.get("vagus.ingest.connections").gauge().value() == 0);
    }
  }

  /** A good request with bytes changed, taken out, doubled, or nothing but noise. */
  private static byte[] garbled(Random random) {
    String good =
        random.nextBoolean()
            ? Http.raw("t-1", READING)
            : Http.raw("t-1", "")
                .replace(
                    "Content-Length: 0\r\n\r\n",
                    "Transfer-Encoding: chunked\r\n\r\n15\r\n" + READING.trim() + "\r\n0\r\n\r\n");
    byte[] bytes = good.repeat(1 + random.nextInt(3)).getBytes(StandardCharsets.ISO_8859_1);
    if (random.nextInt(5) == 0) {
      random.nextBytes(bytes);
      return bytes;
    }
    for (int n = 1 + random.nextInt(8); n > 0; n--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return java.util.Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
  }

  private static String exchange(IngestFixture fixture, byte[] bytes) throws IOException {
    try (Socket socket = Http.connect(fixture.http())) {
      socket.getOutputStream().write(bytes);
      return Http.readToEnd(socket);
    } catch (SocketException e) {
      return "";
    }
  }

  @Test
  void refusesHeadsThatAreTooLong() throws Exception {
    try (IngestFixture fixture = new IngestFixture()) {
      for (String request :
          List.of(
              "GET /" + "x".repeat(9000) + " HTTP/1.1\r\n\r\n",
              "GET / HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n")) {
        try (Socket socket = Http.connect(fixture.http())) {
          Http.say(socket, request);
          assertThat(Http.readToEnd(socket)).matches("(?s)HTTP/1.1 4(14|31) .*");
        }
      }
    }
  }

  @Test
  void refusesWhatCouldBeReadInTwoWays() throws Exception {
    try (IngestFixture fixture = new IngestFixture();
        Socket socket = Http.connect(fixture.http())) {
      Http.say(socket, Http.raw("t-1", READING, "Content-Length: 3"));
      assertThat(Http.readToEnd(socket)).startsWith("HTTP/1.1 400 ");
    }
  }
}
