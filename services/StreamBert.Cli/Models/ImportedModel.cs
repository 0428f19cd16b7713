using StreamBert.Model.Packages;

namespace StreamBert.Cli.Models;

/// <summary>Describes a version in the registry.</summary>
/// <param name="Directory">The directory of its package.</param>
/// <param name="IsNew">False if the registry already contained the same package.</param>
internal sealed record ImportedModel(string Model, string Version, string Directory, PackageInfo Info, bool IsNew);
