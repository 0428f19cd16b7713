namespace StreamBert.Streaming.Hosting;

/// <summary>Says where model packages are stored. Bound from the section <c>Models</c>.</summary>
public sealed class ModelsOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Models";

    /// <summary>
    /// The root directory of the registry, which Inference and Training share; the package of a version is <c>MODEL/VERSION </c> below it.
    /// With <see cref="Store"/> it is a cache, and each machine has its own. Default: <c>~/.streambert/models</c>.
    /// </summary>
    public string Directory { get; set; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".streambert", "models");

    /// <summary>
    /// The directory of the packages, by model name, that serve until a version is promoted. Default: <c>models </c> beside the program.
    /// </summary>
    public string Packages { get; set; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>
    /// The S3-compatible store of the registry that all machines share, as <c>s3://BUCKET/PREFIX</c>. Default: none; then all services
    /// share <see cref="Directory"/>.
    /// </summary>
    public string? Store { get; set; }

    /// <summary>How the store is reached.</summary>
    public S3Options S3 { get; set; } = new();
}
