package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.Caller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** From a request to its answer, whatever server brought it. Thread-safe. */
final class Dispatcher {
  private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

  private static final List<String> BULK_TYPES = List.of(DeviceBulk.NDJSON, DeviceCsv.CONTENT_TYPE);

  /** Of a metric, for paths that lead nowhere. */
  static final String NO_ROUTE = "none";

  /**
   * An answer.
   *
   * @param route template of the route, for metrics
   */
  record Answer(String route, Reply reply) {}

  private final Routes routes;
  private final Access access;
  private final Idempotency idempotency;
  private final ApiRefusals refusals;
  private final ApiConfig config;

  Dispatcher(
      Routes routes,
      Access access,
      Idempotency idempotency,
      ApiRefusals refusals,
      ApiConfig config) {
    this.routes = routes;
    this.access = access;
    this.idempotency = idempotency;
    this.refusals = refusals;
    this.config = config;
  }

  Answer answer(Request request) {
    try {
      access.requireOwnPage(request);
      return switch (routes.match(request.method(), request.segments())) {
        case Routes.Found(Route route, Map<String, String> parameters) ->
            new Answer(route.template(), answer(request, route, parameters));
        case Routes.WrongMethod(List<String> allowed) ->
            new Answer(NO_ROUTE, wrongMethod(request, allowed));
        case Routes.Unknown(String nearest) -> new Answer(NO_ROUTE, unknown(request, nearest));
      };
    } catch (VagusException e) {
      return new Answer(NO_ROUTE, Problem.of(e));
    }
  }

  private Reply answer(Request request, Route route, Map<String, String> parameters) {
    Optional<Caller> caller = Optional.empty();
    try {
      Access.Allowed allowed = access.authorise(request, route, parameters);
      caller = allowed.caller();
      return handle(request, route, parameters, allowed);
    } catch (VagusException e) {
      refusals.refused(request, route, caller, e.code(), String.valueOf(e.getMessage()));
      return failed(route, e);
    } catch (Throttled e) {
      refusals.refused(request, route, caller, ErrorCode.RATE_EXCEEDED, e.detail());
      return e.reply();
    } catch (IOException | UncheckedIOException e) {
      return unexpected(route, ErrorCode.IO_FAILED, e);
    } catch (RuntimeException e) {
      return unexpected(route, ErrorCode.INTERNAL, e);
    }
  }

  private Reply handle(
      Request request, Route route, Map<String, String> parameters, Access.Allowed allowed)
      throws IOException {
    Query query = Query.parse(request.rawQuery(), route);
    requireJson(request, route);
    try (RequestBody body = body(request, route)) {
      Call call =
          new Call(
              request,
              route,
              parameters,
              query,
              allowed.caller(),
              allowed.sight(),
              body,
              () -> access.isAllowed(request, route, parameters));
      return Access.actor(allowed.caller())
          .call(() -> route.mutates() ? idempotency.answer(call) : call.handle());
    }
  }

  private RequestBody body(Request request, Route route) throws IOException {
    return switch (route.body()) {
      case NONE -> RequestBody.inMemory(request.body(), 0);
      case JSON, SECRET_JSON -> RequestBody.inMemory(request.body(), config.maxBody().bytes());
      case BULK -> RequestBody.inFile(request.body(), config.maxBulkBody().bytes());
    };
  }

  /** A form of a foreign page cannot send these types, and curl's default is no JSON. */
  private static void requireJson(Request request, Route route) {
    if (route.body() == Route.Body.NONE) {
      return;
    }
    String type = request.header("Content-Type").orElse("").split(";")[0].strip();
    boolean known =
        type.equalsIgnoreCase(Reply.JSON)
            || (route.body() == Route.Body.BULK
                && BULK_TYPES.contains(type.toLowerCase(Locale.ROOT)));
    if (!known) {
      throw new VagusException(
          ErrorCode.CONTENT_TYPE_UNKNOWN,
          "Content-Type: "
              + Problem.shown(type)
              + " (expected: application/json"
              + (route.body() == Route.Body.BULK ? " or one of " + BULK_TYPES : "")
              + ")");
    }
  }

  private static Reply failed(Route route, VagusException e) {
    switch (e.code().kind()) {
      case INTERNAL, EXTERNAL -> LOG.log(System.Logger.Level.WARNING, route.template(), e);
      case DEVICE, USER, BUSY -> {}
    }
    Reply reply = Problem.of(e);
    return e.code() == ErrorCode.UNAUTHENTICATED
        ? reply.with("WWW-Authenticate", "Bearer realm=\"vagus\"")
        : reply;
  }

  private static Reply unexpected(Route route, ErrorCode code, Exception e) {
    LOG.log(System.Logger.Level.WARNING, route.template(), e);
    return Problem.of(code, "the server's log says why");
  }

  private static Reply wrongMethod(Request request, List<String> allowed) {
    String methods = String.join(", ", allowed);
    return Problem.of(
            ErrorCode.METHOD_NOT_ALLOWED,
            "method: " + Problem.shown(request.method()) + " (expected: " + methods + ")")
        .with("Allow", methods);
  }

  private static Reply unknown(Request request, String nearest) {
    return Problem.of(
        ErrorCode.NOT_FOUND,
        "path: "
            + Problem.shown(request.rawPath())
            + " is not known"
            + (nearest.isEmpty() ? "; /api/docs lists all" : "; did you mean " + nearest + "?"));
  }
}
