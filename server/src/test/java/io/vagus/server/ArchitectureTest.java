package io.vagus.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house's walls that Maven does not hold (DESIGN §4). */
@AnalyzeClasses(packages = "io.vagus", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule stagesDoNotImportEachOther =
      noClasses()
          .that()
          .resideInAnyPackage("io.vagus.ingest..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vagus.process..", "io.vagus.api..", "io.vagus.server..");

  @ArchTest
  static final ArchRule processImportsNoStage =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.process..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vagus.ingest..", "io.vagus.api..", "io.vagus.server..");

  @ArchTest
  static final ArchRule sinksImportNoStage =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.sink..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vagus.ingest..", "io.vagus.process..", "io.vagus.api..", "io.vagus.server..");

  @ArchTest
  static final ArchRule apiImportsNoStage =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vagus.ingest..", "io.vagus.process..", "io.vagus.sink..", "io.vagus.server..");

  @ArchTest
  static final ArchRule onlyKitReadsAClock =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.vagus.kit..", "io.vagus.testkit..", "io.vagus.bench..")
          .and()
          .resideOutsideOfPackage("io.vagus.cli..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(java.time.Instant.class, "now");

  @ArchTest
  static final ArchRule everyPackageIsNullMarked =
      classes()
          .that()
          .haveSimpleName("package-info")
          .should()
          .beAnnotatedWith("org.jspecify.annotations.NullMarked");

  @ArchTest
  static final ArchRule fleetImportsNoStage =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.fleet..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vagus.ingest..", "io.vagus.process..", "io.vagus.api..", "io.vagus.server..");

  @ArchTest
  static final ArchRule theClientKnowsTheApiByItsWordsOnly =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.client..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.vagus..")
                  .and(resideOutsideOfPackages("io.vagus.client..", "io.vagus.kit..")));

  @ArchTest
  static final ArchRule nettyStaysInIngestAndTheDevicesConnection =
      staysIn("io.netty..", "io.vagus.ingest..", "io.vagus.device.mqtt..");

  @ArchTest
  static final ArchRule theDeviceKnowsOnlyKitExpressionsAndFunctions =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.device..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.vagus..")
                  .and(
                      resideOutsideOfPackages(
                          "io.vagus.device..",
                          "io.vagus.kit..",
                          "io.vagus.expression..",
                          "io.vagus.function..")));

  /** So that a device without interlocks and conditions runs without CEL. */
  @ArchTest
  static final ArchRule twoClassesOfTheDeviceKnowExpressions =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.device..")
          .and()
          .haveSimpleNameNotStartingWith("CelJudge")
          .and()
          .haveNameNotMatching(".*\\.CelCondition(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vagus.expression..", "io.vagus.function..");

  /** So that a device whose conditions call none runs without WebAssembly. */
  @ArchTest
  static final ArchRule onePlaceOfTheDeviceKnowsFunctions =
      noClasses()
          .that()
          .resideInAPackage("io.vagus.device..")
          .and()
          .doNotHaveSimpleName("Modules")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vagus.function..");

  @ArchTest
  static final ArchRule celStaysInExpressions = staysIn("dev.cel..", "io.vagus.expression..");

  @ArchTest
  static final ArchRule webAssemblyStaysInFunctions =
      staysIn("com.dylibso.chicory..", "io.vagus.function..");

  @ArchTest
  static final ArchRule questDbStaysInSeries = staysIn("io.questdb..", "io.vagus.series.questdb..");

  /** So that it is loaded with the first Kafka sink only. */
  @ArchTest
  static final ArchRule kafkaStaysInItsSink =
      staysIn("org.apache.kafka..", "io.vagus.sink.kafka..");

  @ArchTest
  static final ArchRule theHttpClientStaysInTheSinks =
      staysIn("org.apache.hc..", "io.vagus.sink..");

  /** The testkit makes and stops the tests' databases. */
  @ArchTest
  static final ArchRule sqlStaysInTheRegistry =
      staysIn("java.sql..", "io.vagus.registry.sql..", "io.vagus.testkit..");

  @ArchTest static final ArchRule helidonStaysInTheApi = staysIn("io.helidon..", "io.vagus.api..");

  /** Who may not use an engine's types can hand none out: none crosses a public surface. */
  private static ArchRule staysIn(String engine, String... homes) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(homes)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(engine);
  }
}
