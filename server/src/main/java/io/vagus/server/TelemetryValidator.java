package io.vagus.server;

import io.vagus.ingest.Validator;
import io.vagus.kit.VagusException;
import io.vagus.model.Channel;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry;
import io.vagus.wire.ReportCodec;
import io.vagus.wire.TelemetryCodec;
import io.vagus.wire.Validation;
import java.util.Optional;

/** Lets ingest say at once what process will find: the same decoder, the same product model. */
final class TelemetryValidator implements Validator {
  private final Registry registry;

  TelemetryValidator(Registry registry) {
    this.registry = registry;
  }

  @Override
  public Optional<Problem> problem(Envelope envelope) {
    if (envelope.channel() == Channel.REPORTED) {
      return reported(envelope);
    }
    if (envelope.channel() != Channel.TELEMETRY) {
      return Optional.empty();
    }
    return switch (TelemetryCodec.decode(envelope.contentType(), envelope.payload())) {
      case TelemetryCodec.Undecodable u -> Optional.of(new Problem(u.code(), u.why()));
      case TelemetryCodec.Decoded d ->
          Validation.check(d.samples(), model(envelope))
              .map(problem -> new Problem(problem.code(), problem.why()));
    };
  }

  private static Optional<Problem> reported(Envelope envelope) {
    try {
      ReportCodec.decode(envelope.payload());
      return Optional.empty();
    } catch (VagusException e) {
      return Optional.of(new Problem(e.code(), String.valueOf(e.getMessage())));
    }
  }

  private ProductModel model(Envelope envelope) {
    return registry.model(envelope.product(), envelope.modelVersion()).orElse(ProductModel.OPEN);
  }
}
