using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;

namespace StreamBert.Cli.Models;

/// <summary>Measures the reference profile of a package on the texts of a file, and stores it in the package.</summary>
internal static class ProfileFile
{
    /// <param name="package">The directory of the package.</param>
    /// <param name="path">The file with the texts.</param>
    /// <param name="textColumn">The column of the text; null: it is detected.</param>
    /// <param name="dialect">The encoding and the separator of the file; null: they are detected.</param>
    /// <exception cref="CliException">The file cannot be read, or contains no text.</exception>
    /// <exception cref="ModelPackageException">The package is damaged or cannot classify.</exception>
    public static ReferenceProfile Measure(string package, string path, string? textColumn = null, FileDialect? dialect = null)
    {
        var file = RowFile.Open(path, allowPlainText: true, dialect);
        var column = file.FindTextColumn(textColumn);
        var texts = file.ReadRows().Select(row => row.GetRequired(column)).Where(static text => text.Fault is null)
            .Select(static text => text.Value!);
        ReferenceProfile profile;
        using (var model = TextClassifier.Load(package))
            profile = ProfileBuilder.Measure(model, texts, Path.GetFileName(path));
        if (profile.Texts == 0)
            throw new CliException($"'{path}' contains no texts.");
        ModelPackage.WriteProfile(package, profile);
        return profile;
    }
}
