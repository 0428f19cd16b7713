using System.CommandLine;
using Microsoft.Extensions.Options;
using StreamBert.Cli.Bench;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Commands.Administration;
using StreamBert.Cli.Commands.Alerts;
using StreamBert.Cli.Commands.Annotators;
using StreamBert.Cli.Commands.Backtests;
using StreamBert.Cli.Commands.Completion;
using StreamBert.Cli.Commands.Configuration;
using StreamBert.Cli.Commands.Datasets;
using StreamBert.Cli.Commands.DeadLetters;
using StreamBert.Cli.Commands.Feedback;
using StreamBert.Cli.Commands.Models;
using StreamBert.Cli.Commands.Privacy;
using StreamBert.Cli.Commands.Rules;
using StreamBert.Cli.Commands.Streams;
using StreamBert.Cli.Commands.Texts;
using StreamBert.Cli.Commands.Training;
using StreamBert.Cli.Commands.Up;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Explaining;
using StreamBert.Operations.Verification;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Models;
using StreamBert.Streaming.Settings;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Cli;

/// <summary>
/// Defines the <c>streambert</c> command: parses the arguments, runs the command, and reports every expected failure as one message on
/// stderr.
/// </summary>
internal static class StreamBertCommand
{
    private const int Failed = 1;
    private const int InvalidInput = 2;
    private const int LogInUse = 3;
    private const int LogDamaged = 4;
    private const int Interrupted = 130;

    /// <returns>
    /// 0: succeeded; 1: failed; 2: invalid input; 3: the data directory is in use; 4: files of the log are damaged or missing; 130:
    /// interrupted.
    /// </returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        PrivateFiles.RestrictUmask();
        var parsed = Create().Parse(args, new() { ResponseFileTokenReplacer = null }); // a text may begin with @
        if (parsed.Errors.Count > 0)
            return await ReportParseErrorsAsync(parsed);
        using var signals = new StopSignals();
        try
        {
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = Terminal.Help,
                Error = Terminal.Error,
            };
            return await parsed.InvokeAsync(invocation, signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception e)
        {
            var code = GetExitCode(e);
            await Terminal.Error.WriteLineAsync($"streambert: {(code is null ? $"failed unexpectedly: {e}" : e.Message)}");
            return code ?? Failed;
        }
    }

    public static RootCommand Create() => new("Classify streams of short texts, monitor the predictions, raise alerts and learn from "
        + "feedback.")
    {
        UpCommand.Create(),
        ClassifyCommand.Create(),
        TokenizeCommand.Create(),
        ExplainCommand.Create(),
        TrainCommand.Create(),
        EvaluateCommand.Create(),
        DatasetsCommand.Create(),
        FeedbackCommand.Create(),
        AnnotatorsCommand.Create(),
        ModelsCommand.Create(),
        StatusCommand.Create(),
        VerifyCommand.Create(),
        RepairCommand.Create(),
        BackupCommands.CreateBackup(),
        BackupCommands.CreateRestore(),
        StateCommand.Create(),
        TopicsCommand.Create(),
        DeadLettersCommand.Create(),
        KeysCommand.Create(),
        EraseCommand.Create(),
        AlertsCommand.Create(),
        BacktestCommand.Create(),
        RulesCommand.Create(),
        SimulateCommand.Create(),
        SendCommand.Create(),
        TailCommand.Create(),
        ConfigCommand.Create(),
        CompletionCommand.Create(),
        BenchCommand.Create(),
    };

    /// <returns>The exit code of an expected failure, or null.</returns>
    private static int? GetExitCode(Exception e) => e switch
    {
        CliException or NotRegularFileException or ConfigurationException or OptionsValidationException => InvalidInput,
        ModelPackageException or ExplanationException or VerificationException => InvalidInput,
        LogInUseException => LogInUse,
        LogUnavailableException { IsDamaged: true } => LogDamaged,
        LogUnavailableException or StateUnavailableException or ModelStoreException or KeysDamagedException => Failed,
        HttpRequestException or IncompleteResponseException or IOException or UnauthorizedAccessException => Failed,
        _ => null,
    };

    private static async Task<int> ReportParseErrorsAsync(ParseResult parsed)
    {
        var errors = parsed.UnmatchedTokens.Count > 0
            ? parsed.UnmatchedTokens.Select(token => $"'{token}' is not a command, argument or option here{Suggest(token, parsed)}")
            : parsed.Errors.Select(static error => error.Message);
        foreach (var error in errors)
            await Terminal.Error.WriteLineAsync($"streambert: {error}");
        var path = string.Join(' ', GetPath(parsed.CommandResult.Command).Reverse());
        await Terminal.Error.WriteLineAsync($"Try 'streambert {path}{(path.Length > 0 ? " " : "")}--help'.");
        return InvalidInput;
    }

    private static string Suggest(string token, ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Subcommands.Select(static one => one.Name).Concat(command.Options.Select(static one => one.Name));
        return FieldNameSuggestion.Find(token, known) is { } meant ? $"; did you mean '{meant}'?" : ".";
    }

    private static IEnumerable<string> GetPath(Symbol command)
    {
        for (var symbol = command; symbol is Command and not RootCommand; symbol = symbol.Parents.First())
            yield return symbol.Name;
    }
}
