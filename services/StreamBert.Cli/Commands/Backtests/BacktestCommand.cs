using System.CommandLine;
using System.Runtime;
using StreamBert.Cli.Access;
using StreamBert.Cli.Backtests.Suites;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>Defines <c>backtest</c>, which runs the monitor over recorded data and scores its alerts.</summary>
internal static class BacktestCommand
{
    private static readonly LogAccess Access = new();
    private static readonly BacktestOptionGroup Options = new();
    private static readonly SuiteOptionGroup Suite = new();

    public static Command Create()
    {
        var command = new Command(
            "backtest",
            "Run the monitor on virtual time over recorded predictions, texts or a log: print each alert, and with --labels precision, "
                + "recall, delays and false alarms per day.") { Access.Data, Access.Kafka, LogAccess.Config };
        Options.AddTo(command);
        Suite.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        GCSettings.LatencyMode = GCLatencyMode.Batch; // nobody waits for a single text
        if (Suite.IsRequested(parsed))
            return Suite.Run(parsed, Options.IsJson(parsed), cancellation);
        Options.RequireOneSource(parsed, parsed.GetValue(Access.Data) ?? parsed.GetValue(Access.Kafka));
        if (new SeriesSource(parsed, Options) is { IsRequested: true } series)
            return series.Run(cancellation);
        var builder = (Options.GetInput(parsed) is null ? Access.CreateHostBuilder(parsed) : null)
            ?? BacktestServices.CreateHostBuilder(parsed.GetValue(LogAccess.Config));
        using var host = builder.Build();
        var outcome = await new BacktestSources(parsed, Options, host.Services).RunAsync(cancellation);
        Options.Print(parsed, outcome);
        return 0;
    }
}
