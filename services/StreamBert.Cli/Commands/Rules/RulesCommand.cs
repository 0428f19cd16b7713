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
        var (model, json) = (ModelOption.Create(), JsonOption.Create());
        var command = new Command("check", "Check a rules file: print every fault with its line and the allowed values.")
        {
            file, model, LogAccess.Config, json,
        };
        command.SetAction(parsed =>
        {
            var (catalog, _) = ReadSettings(parsed);
            var rules = BacktestServices.ReadRules(parsed.GetValue(file)!, catalog);
            var warnings = FindUnknownLabels(parsed, model, catalog, rules).ToList();
            foreach (var warning in warnings)
                Terminal.Error.WriteLine($"Warning: {warning}");
            parsed.Write(json, new { pipelines = rules.Keys, warnings }, static valid =>
                Terminal.Out.WriteLine($"The rules are valid: {string.Join(", ", valid.pipelines)}."));
        });
        return command;
    }

    /// <summary>Compares labels with those of the model that is given, else of the one that ships for the pipeline.</summary>
    private static IEnumerable<string> FindUnknownLabels(
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
                yield return $"pipeline '{pipeline.Name}': {warning}";
        }
    }

    private static Command CreateTest()
    {
        var file = new Argument<string>("file") { Description = "Test file, see docs/be-alerted.md." };
        var json = JsonOption.Create();
        var command = new Command("test", "Run unit tests of rules: series of texts, and the alerts that they must raise.")
        {
            file, LogAccess.Config, json,
        };
        command.SetAction(parsed =>
        {
            var (catalog, options) = ReadSettings(parsed);
            var results = Test(parsed.GetValue(file)!, catalog, options);
            var failed = results.Count(static test => !test.Passed);
            parsed.Write(json, new { tests = results, failed }, static run => Print(run.tests));
            return failed > 0 ? 1 : 0;
        });
        return command;
    }

    private static List<RuleTestResult> Test(string path, PipelineCatalog catalog, MonitoringOptions options)
    {
        var file = RuleTestFile.Read(path);
        if (file.Tests.Count == 0)
            throw new CliException($"'{path}' contains no tests.");
        var rules = file.Rules is { } name ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name) : null;
        return
        [
            .. file.Tests.Select(test => new RuleTestResult(test.Name, RuleTestRunner.Run(
                test, BacktestServices.FindPipeline(catalog, test.Pipeline, [], rules), options))),
        ];
    }

    private static void Print(List<RuleTestResult> results)
    {
        foreach (var test in results)
        {
            Terminal.Out.WriteLine($"{(test.Passed ? "passed" : "FAILED")}  {test.Name}");
            foreach (var difference in test.Differences)
                Terminal.Out.WriteLine($"  {difference}");
        }
        if (results.Count(static test => !test.Passed) is > 0 and var failed)
            Terminal.Out.WriteLine($"{failed} of {results.Count} tests failed (- expected and missing, + raised and not expected).");
    }

    private static (PipelineCatalog Catalog, MonitoringOptions Options) ReadSettings(ParseResult parsed)
    {
        using var host = BacktestServices.CreateHostBuilder(parsed.GetValue(LogAccess.Config)).Build();
        return (host.Services.GetRequiredService<PipelineCatalog>(),
            BacktestServices.ReadOptions(host.Services.GetRequiredService<IConfiguration>()));
    }
}
