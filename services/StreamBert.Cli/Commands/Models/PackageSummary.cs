using StreamBert.Model.Packages;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Describes a model package in JSON output.</summary>
internal sealed record PackageSummary(
    string Version, string Architecture, IReadOnlyList<HeadSummary> Heads, long Parameters, long Bytes, string? Sha256,
    IReadOnlyList<string> Languages)
{
    public static PackageSummary Of(PackageInfo info) => new(
        info.Version, info.Architecture, [.. info.Heads.Select(static head => new HeadSummary(head.Name, head.Task, head.Labels))],
        info.ParameterCount, info.SizeBytes, info.Sha256, info.Languages);
}
