namespace StreamBert.Cli.Commands.Training;

/// <summary>What is written by a training.</summary>
/// <param name="Directory">The directory of the new package.</param>
/// <param name="IsResumed">Whether an interrupted run is continued.</param>
/// <param name="HasAnchor">Whether the package gets an anchor.</param>
/// <param name="Languages">The languages of the texts; empty to detect them.</param>
/// <param name="IsJson">Whether the result is printed as JSON.</param>
internal sealed record PackageSettings(string Directory, bool IsResumed, bool HasAnchor, IReadOnlyList<string> Languages, bool IsJson);
