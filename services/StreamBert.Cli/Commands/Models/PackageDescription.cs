using System.Globalization;
using StreamBert.Cli.Output;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Describes a model package in one line.</summary>
internal static class PackageDescription
{
    public const double BytesPerMegabyte = 1e6;
    private const int MaxShownLabels = 8;

    public static string Format(PackageInfo info)
    {
        var heads = info.Heads.Count > 0 ? $"heads: {string.Join("; ", info.Heads.Select(Format))}" : "no heads";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{info.Architecture}, {info.ParameterCount / 1e6:N1} M parameters, {info.SizeBytes / BytesPerMegabyte:N1} MB; {heads}")
            + $"; languages: {Output.Format.Languages(info.Languages)}";
    }

    private static string Format(HeadManifest head)
    {
        var more = head.Labels.Count > MaxShownLabels ? $" and {head.Labels.Count - MaxShownLabels} more" : "";
        return $"{head.Name} ({head.Task}: {string.Join(", ", head.Labels.Take(MaxShownLabels))}{more})";
    }
}
