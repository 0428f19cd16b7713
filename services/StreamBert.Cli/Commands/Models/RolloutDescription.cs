using StreamBert.Cli.Output;
using StreamBert.Contracts;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Describes in one line what the stage of a rollout has measured so far.</summary>
internal static class RolloutDescription
{
    public static string Of(RolloutProgressed progress)
    {
        var slowdown = progress.Slowdown is { } ratio ? $", {Format.Number(ratio, "0.00")} times the time for a text" : "";
        return $"Rollout of {progress.Version} ({progress.Stage}) as of {progress.ReportedAt:u}: {Format.Count(progress.Texts)} texts of "
            + $"at least {Format.Count(progress.MinimumTexts)}, {Format.Count(progress.Failures)} failures{slowdown}"
            + $"{string.Concat(progress.Heads.Select(Describe))}.";
    }

    private static string Describe(RolloutComparison head)
    {
        var agreement = head.Agreed is { } agreed
            ? $" same label {Format.Number(agreed / (double)Math.Max(1, head.Champion.Values.Sum()), "0.000")}" : "";
        return $"; {head.Head} in {head.Pipeline}:{agreement}"
            + (LabelShares.FindLargestShift(head.Champion, head.Candidate) is { } shift
                ? $" {shift.Label} {Format.Number(shift.Before, "0.000")} → {Format.Number(shift.After, "0.000")}" : " no shift");
    }
}
