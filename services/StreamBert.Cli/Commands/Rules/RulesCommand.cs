using System.CommandLine;
using System.Text.Json;
using StreamBert.Cli.Access;
using StreamBert.Cli.Backtests.RuleTests;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Commands.Backtests;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Monitoring;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Commands.Rules;

/// <summary>Defines <c>rules</c>, which checks and tests monitoring rules before they go live.</summary>
internal static class RulesCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create() => new("rules", "Check and test monitoring rules before they go live.")
    {
        CreateSchema(), CreateCheck(), CreateTest(),
    };

    private static Command CreateSchema()
    {
        var command = new Command("schema", "Print the JSON schema of rules files, for editors.");
        command.SetAction(static _ => Terminal.Out.WriteLine(RulesSchema.Create().ToJsonString(Indented)));
        return command;
    }

    private static Command CreateCheck()
    {
        var file = new Argument<string>("file") { Description = "Rules file: {\"pipelines\": {\"NAME\": {…}}}." };
        var model = ModelOption.Create();
        var command = new Command("check", "Check a rules file: print every fault with its line and the allowed values.")
        {
            file, model, LogAccess.Config,
        };
        command.SetAction(parsed =>
        {
            var (catalog, _) = ReadSettings(parsed);
            var rules = BacktestServices.ReadRules(parsed.GetValue(file)!, catalog);
            WarnOfUnknownLabels(parsed, model, catalog, rules);
            Terminal.Out.WriteLine($"The rules are valid: {string.Join(", ", rules.Keys)}.");
        });
        return command;
    }

    /// <summary>Compares labels with those of the model that is given, else of the one that ships for the pipeline.</summary>
    private static void WarnOfUnknownLabels(
        ParseResult parsed, Option<string> model, PipelineCatalog catalog, IReadOnlyDictionary<string, MonitorRules> rules)
    {
        var given = parsed.GetResult(model) is { Implicit: false } ? ModelOption.ReadDirectory(parsed, model) : null;
        foreach (var pipeline in catalog.Classified.Where(pipeline => rules.ContainsKey(pipeline.Name)))
        {
            var directory = given ?? DefaultModel.DirectoryOf(pipeline.Model);
            if (!Directory.Exists(directory))
                continue;
            var checkedRules = pipeline with { Monitor = pipeline.Monitor with { Rules = rules[pipeline.Name] } };
            foreach (var warning in LabelWarnings.Of(checkedRules, ModelPackage.ReadManifest(directory).LabelsByHead))
                Terminal.Error.WriteLine($"Warning: pipeline '{pipeline.Name}': {warning}");
        }
    }

    private static Command CreateTest()
    {
        var file = new Argument<string>("file") { Description = "Test file, see docs/be-alerted.md." };
        var command = new Command("test", "Run unit tests of rules: series of texts, and the alerts that they must raise.")
        {
            file, LogAccess.Config,
        };
        command.SetAction(parsed =>
        {
            var (catalog, options) = ReadSettings(parsed);
            return Test(parsed.GetValue(file)!, catalog, options);
        });
        return command;
    }

    /// <returns>The exit code: 1 if a test fails.</returns>
    private static int Test(string path, PipelineCatalog catalog, MonitoringOptions options)
    {
        var file = RuleTestFile.Read(path);
        if (file.Tests.Count == 0)
            throw new CliException($"'{path}' contains no tests.");
        var rules = file.Rules is { } name ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name) : null;
        var failed = 0;
        foreach (var test in file.Tests)
        {
            var differences = RuleTestRunner.Run(test, BacktestServices.FindPipeline(catalog, test.Pipeline, [], rules), options);
            Terminal.Out.WriteLine($"{(differences.Count == 0 ? "passed" : "FAILED")}  {test.Name}");
            foreach (var difference in differences)
                Terminal.Out.WriteLine($"  {difference}");
            failed += differences.Count == 0 ? 0 : 1;
        }
        if (failed > 0)
            Terminal.Out.WriteLine($"{failed} of {file.Tests.Count} tests failed (- expected and missing, + raised and not expected).");
        return failed > 0 ? 1 : 0;
    }

    private static (PipelineCatalog Catalog, MonitoringOptions Options) ReadSettings(ParseResult parsed)
    {
        using var host = BacktestServices.CreateHostBuilder(parsed.GetValue(LogAccess.Config)).Build();
        return (host.Services.GetRequiredService<PipelineCatalog>(),
            BacktestServices.ReadOptions(host.Services.GetRequiredService<IConfiguration>()));
    }
}
