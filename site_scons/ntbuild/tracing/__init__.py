"""WPP software tracing without Microsoft's preprocessor: configuration blocks to .tmh headers."""
