using System.CommandLine;
using StreamBert.Cli.Backtests.Suites;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>Defines <c>backtest</c>, which runs the monitor on virtual time.</summary>
internal static class BacktestCommand
{
    private static readonly SuiteOptionGroup Suite = new();
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    public static Command Create()
    {
        var command = new Command("backtest", "Run the monitor on virtual time: which alerts it would have raised, and when.") { Json };
        Suite.AddTo(command);
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation) => Suite.IsRequested(parsed)
        ? Suite.Run(parsed, parsed.GetValue(Json), cancellation)
        : throw new CliException("--suite is missing: clean or detect.");
}
