namespace StreamBert.Training.Registry;

/// <summary>A version that serves or has served.</summary>
/// <param name="Directory">The directory as events name it, relative to the models directory.</param>
public sealed record ServedVersion(string Version, string Directory);
