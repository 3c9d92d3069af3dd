import { mount } from 'svelte'
import { startRouter } from '$lib/router.svelte'
import App from './App.svelte'

startRouter()
const target = document.getElementById('app')
if (target) mount(App, { target })
