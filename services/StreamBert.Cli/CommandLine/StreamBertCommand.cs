using System.CommandLine;
using Microsoft.Extensions.Options;
using StreamBert.Cli.Bench;
using StreamBert.Cli.Commands;
using StreamBert.Contracts;
using StreamBert.Operations.Verification;
using StreamBert.Model;
using StreamBert.Model.Explaining;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Settings;
using StreamBert.Streaming.State.Connection;

namespace StreamBert.Cli.CommandLine;

/// <summary>The <c>streambert</c> command: parses, runs, and turns every foreseeable failure into one message on stderr.</summary>
public static class StreamBertCommand
{
    private const int Failed = 1;
    private const int BadInput = 2;
    private const int LogInUse = 3;
    private const int LogDamaged = 4;
    private const int Interrupted = 130;

    /// <returns>0: done; 1: failed; 2: unknown or bad input; 3: the data directory is in use; 4: files of the log are damaged or missing;
    /// 130: interrupted.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        PrivateFiles.RestrictUmask();
        var parsed = Create().Parse(args, new() { ResponseFileTokenReplacer = null }); // a text may begin with @
        if (parsed.Errors.Count > 0)
            return await RefuseAsync(parsed);
        using var signals = new StopSignals();
        try
        {
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = Terminal.Help,
                Error = Terminal.Error
            };
            return await parsed.InvokeAsync(invocation, signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception e)
        {
            var foreseen = ExitCode(e);
            await Terminal.Error.WriteLineAsync($"streambert: {(foreseen is null ? $"failed unexpectedly: {e}" : e.Message)}");
            return foreseen ?? Failed;
        }
    }

    public static RootCommand Create() => new(
        "Reads streams of short texts, classifies each, watches what it sees and learns from corrections.")
    {
        UpCommand.Create(),
        ClassifyCommand.Create(),
        TokenizeCommand.Create(),
        ExplainCommand.Create(),
        TrainCommand.Create(),
        EvaluateCommand.Create(),
        ModelsCommand.Create(),
        StatusCommand.Create(),
        VerifyCommand.Create(),
        RepairCommand.Create(),
        BackupCommands.Backup(),
        BackupCommands.Restore(),
        StateCommand.Create(),
        TopicsCommand.Create(),
        DeadLetterCommand.Create(),
        KeysCommand.Create(),
        EraseCommand.Create(),
        BenchCommand.Create(),
    };

    private static int? ExitCode(Exception e) => e switch
    {
        CliException or NotRegularFileException or ConfigurationException or OptionsValidationException or ModelPackageException or ExplanationException or VerificationException => BadInput,
        LogInUseException => LogInUse,
        LogUnavailableException { IsDamaged: true } => LogDamaged,
        LogUnavailableException or StateUnavailableException or KeysDamagedException or HttpRequestException or IncompleteAnswerException or IOException or UnauthorizedAccessException => Failed,
        _ => null,
    };

    private static async Task<int> RefuseAsync(ParseResult parsed)
    {
        var faults = parsed.UnmatchedTokens.Count > 0
            ? parsed.UnmatchedTokens.Select(static token => $"'{token}' is no command, argument or option here.")
            : parsed.Errors.Select(static error => error.Message);
        foreach (var fault in faults)
            await Terminal.Error.WriteLineAsync($"streambert: {fault}");
        var path = string.Join(' ', Path(parsed.CommandResult.Command).Reverse());
        await Terminal.Error.WriteLineAsync($"Try 'streambert {path}{(path.Length > 0 ? " " : "")}--help'.");
        return BadInput;
    }

    private static IEnumerable<string> Path(Symbol command)
    {
        for (var at = command; at is Command and not RootCommand; at = at.Parents.First())
            yield return at.Name;
    }
}
