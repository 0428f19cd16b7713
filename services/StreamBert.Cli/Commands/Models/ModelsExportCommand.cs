using System.CommandLine;
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

    public static Command Create(RegistryOptionGroup registry)
    {
        var command = new Command(
            "export", "Write a version as a directory in the Hugging Face layout that needs no base package, and that 'models import' "
                + "reads.")
        {
            Model, Version, Target,
        };
        command.SetAction(parsed => Run(parsed, registry.OpenRegistry(parsed)));
        return command;
    }

    private static void Run(ParseResult parsed, ModelDirectory registry)
    {
        var target = parsed.GetValue(Target)!;
        var source = Find(registry, parsed.GetValue(Model)!, parsed.GetValue(Version)!);
        ModelPackage.Verify(source);
        var architecture = PackageExport.Write(source, target);
        ModelCardStore.Copy(source, target);
        var info = PackageInfo.Read(target);
        Terminal.Out.WriteLine($"Wrote {Path.GetFullPath(target)}");
        Terminal.Out.WriteLine($"  {PackageDescription.Format(info)}; SHA-256 {info.Sha256}");
        Terminal.Out.WriteLine(architecture.EndsWith("Model", StringComparison.Ordinal)
            ? $"Hugging Face's classes load the encoder ({architecture}); the heads are in model.safetensors under 'heads.' and are read "
                + "by StreamBert."
            : $"Hugging Face's class {architecture} loads it with its head.");
    }

    /// <exception cref="CliException">There is no such version; the message lists those there are.</exception>
    private static string Find(ModelDirectory registry, string model, string version)
    {
        if (registry.FindShippedManifest(model)?.Version == version)
            registry.FindShipped(model); // copies it into the registry
        var known = registry.ListVersions().Where(known => known.Model == model).Select(static known => known.Version).ToList();
        return known.Contains(version) ? registry.Resolve(ModelDirectory.NameOf(model, version)) : throw new CliException(
            $"The registry has no version '{version}' of the model '{model}'; it has "
                + $"{(known.Count > 0 ? string.Join(", ", known) : "no version of it ('models list' lists all)")}.");
    }
}
