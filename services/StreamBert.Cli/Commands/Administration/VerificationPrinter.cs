using System.Globalization;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Operations.Verification;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Commands.Administration;

/// <summary>Prints the progress, the findings and the report of a verification as they arrive.</summary>
/// <param name="json">Whether to print JSON lines.</param>
internal sealed class VerificationPrinter(bool json)
{
    /// <exception cref="IncompleteResponseException">The verification ended without a report.</exception>
    public async Task<VerificationReport> PrintAsync(IAsyncEnumerable<VerificationLine> lines)
    {
        var report = await ReadReportAsync(lines);
        if (json)
            Terminal.WriteJson(report);
        else
            Terminal.Out.WriteLine(Describe(report));
        return report;
    }

    private async Task<VerificationReport> ReadReportAsync(IAsyncEnumerable<VerificationLine> lines)
    {
        VerificationReport? report = null;
        try
        {
            await foreach (var line in lines)
            {
                Print(line);
                report = line.Report ?? report;
            }
        }
        catch (Exception e) when (e is IncompleteResponseException or LogUnavailableException)
        {
            throw Incomplete(e.Message, e);
        }
        return report ?? throw Incomplete("the response contains no report");
    }

    private void Print(VerificationLine line)
    {
        if (line.Progress is { Read: > 0 } progress) // the first progress of a topic reports only its start
        {
            Terminal.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{progress.Topic}: {progress.Read:N0} of {progress.Total:N0}"));
        }
        if (line.Finding is not { } finding)
            return;
        if (json)
            Terminal.WriteJson(finding);
        else
            Terminal.Out.WriteLine(Describe(finding));
    }

    private static IncompleteResponseException Incomplete(string reason, Exception? inner = null) => new(
        $"INCOMPLETE. The verification failed before its report, so it proves nothing, whatever it printed so far: "
            + $"{reason.TrimEnd('.')}. Run it again.", inner);

    private static string Describe(VerificationFinding finding)
    {
        var position = finding.Origin is { } origin ? $" {origin}" : "";
        return $"{finding.Kind}:{position}{(finding.Id is { } id ? $" (id {id})" : "")}: {finding.Detail}";
    }

    private static string Describe(VerificationReport report)
    {
        var result = report.Inconclusive is { } reason ? $"INCONCLUSIVE. {reason}\n" : report.HasPassed ? "PASSED. " : "FAILED. ";
        string[] lines =
        [
            $"{result}{Format.Count(report.Checked)} texts checked: {Format.Count(report.Predicted)} predicted, "
            + $"{Format.Count(report.DeadLettered)} dead-lettered, {Format.Count(report.Missing)} missing, "
            + $"{Format.Count(report.Duplicated)} duplicated, {Format.Count(report.OutOfOrder)} out of order.",
            $"{Format.Count(report.Copies)} copies on routes: {Format.Count(report.CopiesMissing)} missing, "
            + $"{Format.Count(report.CopiesDuplicated)} duplicated. "
            + $"{Format.Count(report.Events)} events of training and monitoring: {Format.Count(report.EventsDuplicated)} duplicated.",
            $"{Format.Count(report.Read)} records read: {Format.Count(report.Damaged)} damaged, {Format.Count(report.Lost)} lost in a "
                + $"repair, {Format.Count(report.WithoutChecksum)} of an older version without a checksum.",
            $"Not checked: {Format.Count(report.InFlight)} in flight; {Format.Count(report.Unverifiable)} cannot be verified.",
            .. report.OutputsUnreadable > 0
                ? [$"{Format.Count(report.OutputsUnreadable)} predictions, copies or dead letters cannot be read."]
                : (string[])[],
        ];
        return string.Join('\n', lines);
    }
}
