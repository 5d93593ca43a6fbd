package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** The plain page, the reference, and the contract they read. */
final class Pages {
  /** Nothing from elsewhere, no inline code; styles may be set by our own scripts. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
          + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> ASSETS =
      Map.of(
          "page.css", "text/css; charset=utf-8",
          "page.js", "text/javascript; charset=utf-8",
          "docs.css", "text/css; charset=utf-8",
          "docs.js", "text/javascript; charset=utf-8",
          "mark.svg", "image/svg+xml");

  private static final String HTML = "text/html; charset=utf-8";

  private Pages() {}

  static List<Route> routes() {
    return List.of(
        page("/", "page.html", HTML),
        page("/api/docs", "docs.html", HTML),
        page("/api/openapi.json", "openapi.json", Reply.JSON),
        page("/api/v1/openapi", "openapi.json", Reply.JSON),
        Route.get("/assets/{file}", Pages::asset).needing(Scope.NONE));
  }

  private static Route page(String path, String resource, String contentType) {
    return Route.get(path, call -> reply(resource, contentType)).needing(Scope.NONE);
  }

  private static Reply asset(Call call) throws IOException {
    String contentType = ASSETS.get(call.path("file"));
    if (contentType == null) {
      throw Problem.notFound("file", call.path("file"));
    }
    return reply(call.path("file"), contentType);
  }

  private static Reply reply(String resource, String contentType) throws IOException {
    return Reply.bytes(200, contentType, read(resource))
        .with("Cache-Control", "no-cache")
        .with("Content-Security-Policy", POLICY);
  }

  /** The class path holds them: from there each time, they are small and seldom asked for. */
  static byte[] read(String resource) throws IOException {
    try (InputStream in = Pages.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new VagusException(ErrorCode.INTERNAL, "resource: " + resource + " is not built in");
      }
      return in.readAllBytes();
    }
  }
}
