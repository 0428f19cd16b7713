namespace StreamBert.Model.Training.Recipes;

/// <summary>
/// Reads the rows of a source: the values of its <see cref="RecipeSource.Columns"/>. The caller reads the files, because this project
/// knows no file formats.
/// </summary>
/// <param name="source">The source.</param>
/// <returns>The value of each column, row by row.</returns>
public delegate IEnumerable<IReadOnlyDictionary<string, string>> RecipeRows(RecipeSource source);
