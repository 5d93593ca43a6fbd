package io.vagus.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.command.Bulks;
import io.vagus.command.Commands;
import io.vagus.kit.HopKey;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.ledger.Ledger;
import io.vagus.registry.Registry;
import io.vagus.rule.Sinks;
import io.vagus.rule.function.FunctionBook;
import io.vagus.series.LatestReadings;
import io.vagus.series.LiveReadings;
import io.vagus.series.Series;
import io.vagus.trust.CredentialAudit;
import io.vagus.trust.DeviceCertificates;
import io.vagus.twin.DesiredChanges;
import io.vagus.twin.Relations;
import io.vagus.twin.ReportedPast;
import io.vagus.twin.ReportedTwins;
import io.vagus.twin.Templates;
import io.vagus.twin.TwinCopies;
import io.vagus.twin.Twins;
import io.vagus.watch.Watch;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the API serves from.
 *
 * @param certificates the certificate authority, when one was made
 * @param reported what devices say they are
 * @param reportedPast what they said at a time
 * @param listeners asked at each request for them: answers at once
 * @param health asked at each request for it: answers at once
 * @param meters where the API counts its own requests
 * @param scrape all metrics as Prometheus text, version 0.0.4
 * @param backups where backups come from
 * @param hop shown by who may speak to this server at all; empty: by nobody, all may
 * @param open no token is needed; only for a listener that other machines cannot reach
 */
public record ApiParts(
    Registry registry,
    Optional<DeviceCertificates> certificates,
    CredentialAudit credentialAudit,
    Ledger ledger,
    Series series,
    LatestReadings latest,
    Twins twins,
    DesiredChanges desired,
    ReportedTwins reported,
    ReportedPast reportedPast,
    Relations relations,
    TwinCopies twinCopies,
    Templates templates,
    Commands commands,
    Bulks bulks,
    RuleSources rules,
    FunctionBook functions,
    Sinks sinks,
    LiveReadings live,
    Watch watch,
    Supplier<Listeners> listeners,
    Supplier<Health> health,
    MeterRegistry meters,
    Supplier<String> scrape,
    Backups backups,
    WallClock wallClock,
    MonotonicClock monotonicClock,
    ApiConfig config,
    LoginConfig login,
    OidcConfig oidc,
    Optional<HopKey> hop,
    boolean open) {}
