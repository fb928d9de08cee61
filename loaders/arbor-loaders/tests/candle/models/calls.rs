//! The four forms that most of their decoders are called in.

/// `new(&config, weights)` and `forward(ids, before)`.
macro_rules! plain {
    ($config:ty, $model:ty) => {
        |text, weights, _| {
            let config: $config = config(text)?;
            let mut model = <$model>::new(&config, weights)?;
            Ok(Box::new(move |ids, before| {
                model.forward(&batch(ids)?, before)
            }))
        }
    };
}

/// The same, which counts itself what came before.
macro_rules! counting {
    ($config:ty, $model:ty) => {
        |text, weights, _| {
            let config: $config = config(text)?;
            let mut model = <$model>::new(&config, weights)?;
            Ok(Box::new(move |ids, _| model.forward(&batch(ids)?)))
        }
    };
}

/// The same as `plain` with a word about flash attention first.
macro_rules! gemma {
    ($config:ty, $model:ty) => {
        |text, weights, _| {
            let config: $config = config(text)?;
            let mut model = <$model>::new(false, &config, weights)?;
            Ok(Box::new(move |ids, before| {
                model.forward(&batch(ids)?, before)
            }))
        }
    };
}

/// A configuration to be turned into another, and a cache outside the model.
macro_rules! cached {
    ($module:ident, $config:ident, $model:ident) => {
        |text, weights, _| {
            let config: candle::$module::$config = config(text)?;
            let config = config.into_config(false);
            let cache = candle::$module::Cache::new(true, DType::F32, &config, &Device::Cpu);
            let mut cache = cache?;
            let model = candle::$module::$model::load(weights, &config)?;
            Ok(Box::new(move |ids, before| {
                model.forward(&batch(ids)?, before, &mut cache)
            }))
        }
    };
}
