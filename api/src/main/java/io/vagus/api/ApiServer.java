package io.vagus.api;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HopKey;
import io.vagus.kit.MonotonicClock;
import io.vagus.registry.Registry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/1.1 server of the API: a virtual thread for each connection, blocking code. It speaks no
 * TLS: the HTTP listener that devices and people reach relays to it.
 */
public final class ApiServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ApiServer.class.getName());
  private static final int MAX_HEADERS_BYTES = 16 << 10;
  private static final int MAX_LINE_BYTES = 8 << 10;
  private static final int WRITE_BUFFER_BYTES = 16 << 10;
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private static final Map<String, String> STANDARD_HEADERS =
      Map.of(
          "Cache-Control", "no-store",
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
          "Referrer-Policy", "no-referrer",
          "X-Content-Type-Options", "nosniff");

  private record TimerKey(String route, String method, int status) {}

  /**
   * What Helidon knows of us. Its timer of idle connections outlives its stop, and with it all that
   * its handlers hold; so they hold this, which lets go.
   */
  private static final class Door implements Handler {
    private volatile @Nullable ApiServer behind;

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
      ApiServer server = behind;
      if (server == null) {
        response.status(Status.SERVICE_UNAVAILABLE_503).send();
      } else {
        server.serve(request, response);
      }
    }
  }

  private final Door door = new Door();
  private final WebServer server;
  private final InetSocketAddress address;
  private final Routes routes;
  private final Dispatcher dispatcher;
  private final LiveStreams streams;
  private final TrustEndpoints trust;
  private final Optional<HopKey> hop;
  private final MeterRegistry meters;
  private final MonotonicClock clock;
  private final Map<TimerKey, Timer> timers = new ConcurrentHashMap<>();

  private ApiServer(InetSocketAddress bind, ApiParts parts) {
    this.meters = parts.meters();
    this.clock = parts.monotonicClock();
    this.hop = parts.hop();
    this.trust = new TrustEndpoints(parts.certificates(), parts.watch());
    this.streams = new LiveStreams(parts.config().maxLiveStreams());
    Sessions sessions = new Sessions(parts.registry(), parts.login(), parts.monotonicClock());
    this.routes = routes(parts, streams, sessions);
    this.dispatcher = dispatcher(parts, routes, sessions);
    this.server = webServer(bind, parts.config(), door).start();
    this.address = new InetSocketAddress(bind.getAddress(), server.port());
    door.behind = this;
  }

  /** Listens when this returns. */
  public static ApiServer start(InetSocketAddress bind, ApiParts parts) {
    return new ApiServer(bind, parts);
  }

  public InetSocketAddress address() {
    return address;
  }

  /** Ends live streams, lets other requests finish for a moment, and stops. */
  @Override
  public void close() {
    streams.close();
    server.stop();
    door.behind = null;
  }

  List<Route> routes() {
    return routes.all();
  }

  private static Routes routes(ApiParts parts, LiveStreams streams, Sessions sessions) {
    Registry registry = parts.registry();
    SessionRoutes login =
        new SessionRoutes(
            registry,
            sessions,
            new LoginThrottle(parts.login(), parts.monotonicClock()),
            parts.oidc(),
            parts.open());
    return new Routes(
        Stream.of(
                new ProductRoutes(parts.registry()).routes(),
                new GroupRoutes(parts.registry()).routes(),
                new TagRoutes(parts.registry()).routes(),
                new ListenerRoutes(parts.listeners()).routes(),
                new MapRoutes(parts.watch()).routes(),
                new CertificateRoutes(parts).routes(),
                new BreachRoutes(parts).routes(),
                new EnrolmentRoutes(parts).routes(),
                new CredentialAuditRoutes(parts).routes(),
                new DeviceRoutes(parts.registry(), parts.watch()).routes(),
                new TwinRoutes(parts).routes(),
                new TwinFleetRoutes(parts).routes(),
                new CommandRoutes(parts, streams).routes(),
                new TimelineRoutes(parts).routes(),
                new BulkRoutes(parts, streams).routes(),
                new RuleRoutes(parts).routes(),
                new RuleCheckRoutes(parts).routes(),
                new TrialRoutes(parts).routes(),
                new FiringRoutes(parts, streams).routes(),
                new SinkRoutes(parts).routes(),
                new AlertRoutes(parts).routes(),
                new FunctionRoutes(parts).routes(),
                new InventoryRoutes(parts).routes(),
                new LintRoutes(parts).routes(),
                new RelationRoutes(parts).routes(),
                new TwinCopyRoutes(parts).routes(),
                new TemplateRoutes(parts).routes(),
                new ReadingRoutes(parts).routes(),
                new LiveRoutes(parts, streams).routes(),
                new OverviewRoutes(parts, streams).routes(),
                login.routes(),
                new OidcRoutes(parts.oidc(), registry, sessions, parts.monotonicClock()).routes(),
                new SelfRoutes(registry, login, sessions).routes(),
                new OwnRightsRoutes(registry).routes(),
                new UserRoutes(registry).routes(),
                new TokenRoutes(registry).routes(),
                new RightsRoutes(registry, parts.wallClock()).routes(),
                new LedgerRoutes(parts.ledger(), parts.rules().outbox()).routes(),
                new DeadLetterRoutes(parts.ledger(), registry.events()).routes(),
                new EventRoutes(registry.events()).routes(),
                new ApplicationRoutes(registry).routes(),
                new BackupRoutes(parts.backups(), parts.wallClock()).routes(),
                new SystemRoutes(parts.health(), parts.scrape()).routes(),
                Pages.routes())
            .flatMap(List::stream)
            .toList());
  }

  private static Dispatcher dispatcher(ApiParts parts, Routes routes, Sessions sessions) {
    return new Dispatcher(
        routes,
        new Access(
            parts.registry(),
            parts.watch(),
            sessions,
            parts.monotonicClock(),
            parts.open(),
            parts.config().openMetrics()),
        new Idempotency(parts.registry().idempotentAnswers()),
        new ApiRefusals(parts.watch(), parts.registry().credentials()),
        parts.config());
  }

  private static WebServer webServer(InetSocketAddress bind, ApiConfig config, Door door) {
    // Nothing is discovered: what the server is made of stands here, and it starts sooner.
    Http1Config http1 =
        Http1Config.builder()
            .maxHeadersSize(MAX_HEADERS_BYTES)
            .maxPrologueLength(MAX_LINE_BYTES)
            .build();
    return WebServer.builder()
        .address(bind.getAddress())
        .port(bind.getPort())
        .maxTcpConnections(config.maxConnections())
        .shutdownHook(false)
        .shutdownGracePeriod(Duration.ofMillis(500))
        .writeBufferSize(WRITE_BUFFER_BYTES)
        .featuresDiscoverServices(false)
        .protocolsDiscoverServices(false)
        .mediaContext(
            MediaContext.builder()
                .mediaSupportsDiscoverServices(false)
                .registerDefaults(false)
                .build())
        .contentEncoding(
            ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build())
        .addProtocol(http1)
        .addConnectionSelector(Http1ConnectionSelector.builder().config(http1).build())
        .directHandlers(brokenRequests())
        .routing(routing -> routing.any(door))
        .build();
  }

  /** Requests that are refused before they reach a route are problems too. */
  private static DirectHandlers brokenRequests() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(
          type,
          (request, event, status, headers, message) -> {
            // Helidon gives no message at times, whatever its types say.
            String why = Objects.requireNonNullElse(message, status.reasonPhrase());
            return broken(headers, why);
          });
    }
    return handlers.build();
  }

  /** Failures of our own are answered by the dispatcher: what fails before it is the request. */
  private static DirectHandler.TransportResponse broken(ServerResponseHeaders headers, String why) {
    Reply reply = Problem.of(ErrorCode.PROTOCOL_ERROR, "request: " + Problem.shown(why));
    headers.set(HeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE);
    return DirectHandler.TransportResponse.builder()
        .status(Status.create(reply.status()))
        .headers(headers)
        .keepAlive(false)
        .entity(((Reply.Whole) reply.content()).bytes())
        .build();
  }

  private void serve(ServerRequest request, ServerResponse response) {
    long startNanos = clock.nanos();
    String method = request.prologue().method().text();
    Request asked =
        new Request(
            method,
            request.prologue().uriPath().rawPath(),
            request.prologue().query().rawValue(),
            name -> header(request, name),
            request.content().hasEntity()
                ? request.content().inputStream()
                : InputStream.nullInputStream());
    Dispatcher.Answer answer = answer(asked);
    try {
      write(answer.reply(), method.equals("HEAD"), response);
    } finally {
      timer(answer, method).record(clock.nanos() - startNanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Who came by another way than the HTTP listener is not heard, whatever else he shows. */
  private Dispatcher.Answer answer(Request asked) {
    boolean ours = hop.isEmpty() || hop.get().isShownBy(asked.header(HopKey.HEADER).orElse(""));
    if (!ours) {
      return new Dispatcher.Answer(
          Dispatcher.NO_ROUTE,
          Problem.of(
              ErrorCode.FORBIDDEN, HopKey.HEADER + ": missing (expected: by the HTTP listener)"));
    }
    return trust.serves(asked) ? trust.answer(asked) : dispatcher.answer(asked);
  }

  private static Optional<String> header(ServerRequest request, String name) {
    return request.headers().value(HeaderNames.create(name));
  }

  private static void write(Reply reply, boolean head, ServerResponse response) {
    response.status(reply.status());
    STANDARD_HEADERS.forEach(response::header);
    reply.headers().forEach(response::header);
    if (!reply.contentType().isEmpty()) {
      response.header(HeaderNames.CONTENT_TYPE, reply.contentType());
    }
    switch (reply.content()) {
      case Reply.Whole(byte[] bytes, byte[] kept) -> {
        if (head || bytes.length == 0) {
          response.send();
        } else {
          response.send(bytes);
        }
      }
      case Reply.Stream(Reply.Writer writer) -> {
        if (head) {
          response.send();
        } else {
          stream(writer, response);
        }
      }
    }
  }

  private static void stream(Reply.Writer writer, ServerResponse response) {
    try {
      OutputStream out = new BufferedOutputStream(response.outputStream(), WRITE_BUFFER_BYTES);
      writer.writeTo(out);
      out.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("stopped", e);
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("the client went away", e);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a stream broke off", e);
      throw new CloseConnectionException("the stream broke off", e);
    }
  }

  private Timer timer(Dispatcher.Answer answer, String method) {
    String known = METHODS.contains(method) ? method : "other";
    return timers.computeIfAbsent(
        new TimerKey(answer.route(), known, answer.reply().status()),
        key ->
            Timer.builder("vagus.api.requests")
                .description("Requests of the API until their answer was written")
                .tag("route", key.route())
                .tag("method", key.method())
                .tag("status", Integer.toString(key.status()))
                .register(meters));
  }
}
