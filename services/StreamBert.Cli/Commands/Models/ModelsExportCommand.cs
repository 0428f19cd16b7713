using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.ModelCards;
using StreamBert.Cli.Output;
using StreamBert.Model.Packages;
using StreamBert.Training.Registry;

namespace StreamBert.Cli.Commands.Models;

/// <summary>Defines <c>models export</c>, which writes a version as a directory in the Hugging Face layout.</summary>
internal static class ModelsExportCommand
{
    private static readonly Argument<string> Model = new("model") { Description = "Name of the model, such as default." };
    private static readonly Argument<string> Version = new("version") { Description = "Version, as 'models list' shows it." };
    private static readonly Argument<string> Target = new("directory") { Description = "Directory to write to; it must be empty or new." };

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create(RegistryOptionGroup registry)
    {
        var command = new Command(
            "export", "Write a version as a directory in the Hugging Face layout that needs no base package, and that 'models import' "
                + "reads.")
        {
            Model, Version, Target, Json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, registry.OpenRegistry(parsed), cancellation));
        return command;
    }

    private static async Task RunAsync(ParseResult parsed, ModelRegistry registry, CancellationToken cancellation)
    {
        var target = parsed.GetValue(Target)!;
        var source = await FindAsync(registry, parsed.GetValue(Model)!, parsed.GetValue(Version)!, cancellation);
        ModelPackage.Verify(source);
        var architecture = PackageExport.Write(source, target);
        ModelCardStore.Copy(source, target);
        var info = PackageInfo.Read(target);
        var written = new { directory = Path.GetFullPath(target), architecture, package = PackageSummary.Of(info) };
        parsed.Write(Json, written, written => Print(written.directory, architecture, info));
    }

    private static void Print(string directory, string architecture, PackageInfo info)
    {
        Terminal.Out.WriteLine($"Wrote {directory}");
        Terminal.Out.WriteLine($"  {PackageDescription.Format(info)}; SHA-256 {info.Sha256}");
        Terminal.Out.WriteLine(architecture.EndsWith("Model", StringComparison.Ordinal)
            ? $"Hugging Face's classes load the encoder ({architecture}); the heads are in model.safetensors under 'heads.' and are read "
                + "by StreamBert."
            : $"Hugging Face's class {architecture} loads it with its head.");
    }

    /// <exception cref="CliException">There is no such version; the message lists those there are.</exception>
    private static async Task<string> FindAsync(
        ModelRegistry registry, string model, string version, CancellationToken cancellation)
    {
        if (registry.Packages.FindShippedManifest(model)?.Version == version)
            registry.Packages.FindShipped(model); // copies it into the registry
        if (await registry.FetchAsync(model, version, cancellation))
            return registry.Packages.Resolve(ModelDirectory.NameOf(model, version));
        var known = (await registry.ListAsync(model, cancellation)).Select(static known => known.Version).ToList();
        throw new CliException(
            $"The registry has no version '{version}' of the model '{model}'; it has "
                + $"{(known.Count > 0 ? string.Join(", ", known) : "no version of it ('models list' lists all)")}.");
    }
}
