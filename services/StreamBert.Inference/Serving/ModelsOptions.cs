namespace StreamBert.Inference.Serving;

/// <summary>Where model packages lie. Bound from the section <c>Models</c>.</summary>
public sealed class ModelsOptions
{
    public const string Section = "Models";

    /// <summary>The registry's root, which all services see; a version's package is <c>MODEL/VERSION</c> below it.</summary>
    public string Directory { get; set; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".streambert", "models");

    /// <summary>
    /// Where packages lie by model name that serve until a version is promoted: those that come with the program, or your own.
    /// </summary>
    public string Packages { get; set; } = Path.Combine(AppContext.BaseDirectory, "models");
}
