using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>
/// Creates the records that publish the reference profiles of packages. They are appended before the version serves, so that the monitor
/// knows what the version's predictions looked like on its training data.
/// </summary>
internal static class ModelProfileRecords
{
    /// <summary>Returns the record of a package's profile; none if the package has no profile.</summary>
    /// <exception cref="StreamBert.Model.ModelPackageException">The profile is invalid.</exception>
    public static IReadOnlyList<NewRecord> Of(string package, string model, string version, DateTimeOffset at)
    {
        if (ModelPackage.ReadProfile(package) is not { } profile)
            return [];
        var profiled = new ModelProfiled { Model = model, Version = version, Profile = profile, PublishedAt = at };
        return [EventRecord.Create(Topics.Models, model, profiled, at)];
    }
}
