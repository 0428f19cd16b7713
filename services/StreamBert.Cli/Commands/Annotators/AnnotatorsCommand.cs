using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Operations.Annotators;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Cli.Commands.Annotators;

/// <summary>Defines <c>annotators list|exclude|include</c>, which decides whose labels models learn from.</summary>
internal static class AnnotatorsCommand
{
    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command("annotators", "List the people who give feedback, and decide whose labels models learn from.")
        {
            CreateList(access),
            CreateChange(access, "exclude", "Leave the labels of an annotator out of later data sets.", excluded: true),
            CreateChange(access, "include", "Use the labels of an excluded annotator again.", excluded: false),
        };
        access.AddTo(command);
        return command;
    }

    private static Command CreateList(LogAccess access)
    {
        var json = JsonOption.Create();
        var command = new Command("list", "List the annotators of the stored feedback, their labels and how reliable they seem.") { json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var view = await access.RunAsync(
                parsed,
                client => client.GetAsync<AnnotatorsView>("v1/annotators", cancellation),
                async (log, _, services) => await (await OpenAsync(log, services, cancellation)).ListAsync(cancellation));
            parsed.Write(json, view, AnnotatorTables.Write);
        });
        return command;
    }

    private static Command CreateChange(LogAccess access, string name, string description, bool excluded)
    {
        var annotator = new Argument<string>("annotator") { Description = "Annotator, as in the list." };
        var pipeline = new Option<string?>("--pipeline") { Description = "Only the labels of this pipeline. Default: of all." };
        var reason = new Option<string?>("--reason") { Description = "Reason, for the audit log." };
        var json = JsonOption.Create();
        var command = new Command(name, description) { annotator, pipeline, json };
        if (excluded)
            command.Add(reason);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (who, where) = (parsed.GetValue(annotator)!, parsed.GetValue(pipeline));
            var path = $"v1/annotators/{Uri.EscapeDataString(who)}/exclusion"
                + (where is null ? "" : $"?pipeline={Uri.EscapeDataString(where)}");
            var why = excluded ? parsed.GetValue(reason) : null;
            var change = await access.RunAsync(
                parsed,
                client => excluded
                    ? client.PutAsync<AnnotatorExclusionChanged>(path, new { reason = why }, cancellation)
                    : client.DeleteAsync<AnnotatorExclusionChanged>(path, cancellation),
                (log, pipelines, services) => ChangeAsync(log, pipelines, services, who, where, excluded, why, cancellation));
            parsed.Write(json, change, static change => Terminal.Out.WriteLine(Describe(change)));
        });
        return command;
    }

    private static string Describe(AnnotatorExclusionChanged change) =>
        $"The labels of '{change.Annotator}' {(change.Pipeline is null ? "" : $"in the pipeline '{change.Pipeline}' ")}are "
        + (change.Excluded ? "left out of later data sets; start a training run to learn without them." : "used in later data sets.");

    private static async Task<AnnotatorExclusionChanged> ChangeAsync(
        IEventLog log, PipelineCatalog pipelines, IServiceProvider services, string annotator, string? pipeline, bool excluded,
        string? reason, CancellationToken cancellation)
    {
        if (pipeline is not null && pipelines.Find(pipeline) is null)
        {
            throw new CliException($"There is no pipeline '{pipeline}' (--pipeline); configured: "
                + $"{string.Join(", ", pipelines.All.Select(static known => known.Name))}.");
        }
        if (pipelines.Limits.ValidateExclusion(annotator, reason) is { } fault)
            throw new CliException(fault.Detail);
        var annotators = await OpenAsync(log, services, cancellation);
        return await annotators.ChangeAsync(annotator, pipeline, excluded, AuditTrail.CommandLineActor, reason, cancellation)
            ?? throw new CliException(
                $"No stored feedback is by '{annotator}', so nothing was changed; 'streambert annotators list' lists the annotators.");
    }

    /// <summary>Creates the topics, too, because a log of an earlier version may not contain all of them.</summary>
    private static async Task<AnnotatorDirectory> OpenAsync(IEventLog log, IServiceProvider services, CancellationToken cancellation)
    {
        await log.CreateTopicsAsync(
            [new(Topics.Feedback, 1), new(Topics.Models, 1), new(Topics.Annotators, 1), new(Topics.Audit, 1)], cancellation);
        return new(
            log, services.GetRequiredService<PrivacyFilter>(), services.GetRequiredService<SubjectVault>(), TimeProvider.System);
    }
}
