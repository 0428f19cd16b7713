using StreamBert.BaseModels;

// The build calls this program: NAME, the assembly of the package, and the directory of the model package to write.
// An exception ends it with its message, which the build shows as the error.
var model = PretrainedModel.All.Single(model => model.Name == args[0]);
model.Write(args[1], args[2]);
